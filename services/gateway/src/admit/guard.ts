import { accessOf, type Operation } from '@facet/contracts';
import type { Guard, MatchedRoute, Reply, RequestContext } from '@facet/http';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { Problem } from '@facet/problem';
import { identify, unauthenticated, type Callers } from '../identify/identify.ts';
import type { Identity } from '../identify/identity.ts';
import { covers, isProbe, requiredScope, type RequiredScope } from '../identify/required-scope.ts';
import { takeStreamCredential } from '../identify/stream-credential.ts';
import { clientAddress } from './client-address.ts';
import { admitOrigin } from './cors.ts';
import type { Lease } from './lease.ts';
import type { AdmitMetrics } from './metrics.ts';
import type { ConcurrencyLimiter } from './pod-concurrency.ts';
import type { StreamPlaces } from './stream-places.ts';
import { freePass, streamPass, type StreamPass } from './stream-pass.ts';
import { capacityOf, type Allowance, type Meter } from './verdict.ts';

export interface GuardOptions {
  /** Tasks that are served. */
  readonly tasks: ReadonlySet<string>;
  readonly callers: Callers;
  readonly meter: Meter;
  readonly concurrency: ConcurrencyLimiter;
  readonly metrics: AdmitMetrics;
  readonly origins: readonly string[];
  /** Request headers that pages of other origins may send besides the usual. */
  readonly corsHeaders: readonly string[];
  readonly trustedProxies: number;
  /** Of those who name nobody, or nobody who is known. */
  readonly addressAllowance: Allowance;
  readonly streamPlaces: StreamPlaces;
}

/** A request or a stream that asks to come in. */
interface Visit {
  readonly request: IncomingMessage;
  readonly notes: Record<string, unknown>;
  /** Calls back once it is over, at once where its client has left already: everything here takes time, and clients leave meanwhile. */
  readonly onEnd: (callback: () => void) => void;
}

export interface Door {
  readonly guard: Guard;
  /** Whether a call is only answered to who names themselves; never, where nobody is known. */
  readonly needsIdentity: (operation: Operation) => boolean;
  /** The same for a WebSocket, before it is opened; it holds one of its caller's places for as long as it lives. */
  readonly admitStream: (request: IncomingMessage, task: string) => Promise<StreamPass>;
}

/**
 * Decides who comes in: pages of other origins, callers, how often, how many at once. Probes always do.
 *
 * What is not configured costs nothing: without keys nobody is asked who they are, without limits nothing is counted.
 */
export function createGuard(options: GuardOptions): Door {
  const { callers, metrics, origins } = options;
  const knowsCallers = callers.keys !== undefined || callers.tokens !== undefined;
  const limitsAddresses = options.addressAllowance.ratePerSecond !== undefined;

  const guard = (context: RequestContext, route: MatchedRoute): Reply | undefined | Promise<Reply | undefined> => {
    const { request, response, head } = context;
    head.push('referrer-policy', 'no-referrer', 'x-frame-options', 'DENY');
    // The gateway's own word, on every route: what a client says of itself must reach no service, cache or log.
    if (request.headers['x-client-id'] !== undefined) delete request.headers['x-client-id'];
    const preflight = origins.length > 0 ? admitOrigin(context, origins, options.corsHeaders) : undefined;
    if (preflight) return preflight;
    if ((!knowsCallers && !limitsAddresses) || isProbe(route)) return undefined;
    const needed = requiredScope(route, options.tasks, context.params['model']);
    // Who reaches the operations port is up to the network; what changes something needs an administrator there too.
    if (context.isByOperationsPort && needed !== 'admin') return undefined;
    const visit: Visit = { request, notes: context.notes, onEnd: onceClosed(response) };
    return admit(visit, needed).then((identity) => {
      context.charge = chargeOf(visit, identity);
      return undefined;
    });
  };
  const admitStream = async (request: IncomingMessage, task: string): Promise<StreamPass> => {
    delete request.headers['x-client-id'];
    takeStreamCredential(request.headers);
    const onEnd = onceClosed(request.socket);
    // Held from the beginning, for handshakes that wait for admission take room as well.
    const atAddress = holdStream('address', clientAddress(request, options.trustedProxies));
    onEnd(() => atAddress.release());
    if (!knowsCallers && !limitsAddresses) return freePass;
    const visit: Visit = { request, notes: {}, onEnd };
    const identity = await admit(visit, task);
    if (identity) {
      // Callers who are known do not share a limit with others behind the same address.
      atAddress.release();
      const ofCaller = holdStream('caller', identity.id);
      onEnd(() => ofCaller.release());
    }
    if (!identity) return streamPass(options.addressAllowance, () => meterAddress(visit));
    return streamPass(identity.limits, async () => {
      if (!identity.isCurrent()) throw unauthenticated('The key or token is not good any more.');
      await meterCaller(identity, options);
    });
  };
  const needsIdentity = (operation: Operation): boolean => knowsCallers && accessOf(operation) !== 'open';
  return { guard, needsIdentity, admitStream };

  async function admit(context: Visit, needed: RequiredScope): Promise<Identity | undefined> {
    let identity: Identity | undefined;
    try {
      identity = knowsCallers ? await identify(context, callers) : undefined;
    } catch (error) {
      // Guessing is as slow as asking without a name.
      await meterAddress(context);
      if (error instanceof Problem && error.code === 'unauthenticated') metrics.refused('unauthenticated');
      throw error;
    }
    if (identity === undefined) await meterAddress(context);
    if (knowsCallers) requireScope(needed, identity);
    if (identity) {
      context.notes['client'] = identity.id;
      await meterCaller(identity, options);
      await holdPlace(context, identity, options);
    }
    return identity;
  }

  /** @throws {Problem} `too-many-at-once` */
  function holdStream(of: 'caller' | 'address', name: string): Lease {
    const lease = options.streamPlaces.take(of, name);
    if (lease) return lease;
    metrics.refused('streams');
    const holder = of === 'caller' ? `'${name}'` : 'This address';
    const detail = `${holder} has as many streams open as it may, ${options.streamPlaces.limitOf(of)}; close one before opening another.`;
    throw new Problem('too-many-at-once', detail, { retryAfterSeconds: 1 });
  }

  /** Counts further items of a batch where one has been counted; undefined where nothing limits them. */
  function chargeOf(visit: Visit, identity: Identity | undefined): ((items: number) => Promise<void>) | undefined {
    const allowance = identity ? identity.limits : options.addressAllowance;
    if (allowance.ratePerSecond === undefined && allowance.quotaPerDay === undefined) return undefined;
    return async (items) => {
      refuseOversized(allowance, items + 1);
      await (identity ? meterCaller(identity, options, items) : meterAddress(visit, items));
    };
  }

  async function meterAddress({ request }: Visit, cost = 1): Promise<void> {
    if (!limitsAddresses) return;
    const verdict = await options.meter.take(`address:${clientAddress(request, options.trustedProxies)}`, options.addressAllowance, cost);
    if (verdict.allowed) return;
    metrics.refused('address');
    throw new Problem('rate-limited', 'Too many requests came from this address.', { retryAfterSeconds: verdict.retryAfterMs / 1000 });
  }

  function requireScope(needed: RequiredScope, identity: Identity | undefined): void {
    if (needed === 'open') return;
    if (!identity) {
      metrics.refused('unauthenticated');
      throw unauthenticated();
    }
    if (covers(identity.scopes, needed)) return;
    metrics.refused('forbidden');
    throw new Problem('forbidden', `This call needs the scope '${needed}', which '${identity.id}' does not have.`);
  }
}

/** @throws {Problem} `batch-over-limit` for a batch that no wait would let pass */
function refuseOversized(allowance: Allowance, items: number): void {
  const { ratePerSecond, quotaPerDay = Infinity } = allowance;
  const most = Math.min(ratePerSecond === undefined ? Infinity : capacityOf(allowance), quotaPerDay);
  if (items <= most) return;
  throw new Problem('batch-over-limit', `The batch has ${items} items, each of which counts; the limits here let at most ${most} pass at once.`);
}

async function meterCaller({ id, limits }: Identity, { meter, metrics }: GuardOptions, cost = 1): Promise<void> {
  if (limits.ratePerSecond === undefined && limits.quotaPerDay === undefined) return;
  const verdict = await meter.take(`caller:${id}`, limits, cost);
  if (verdict.allowed) return;
  metrics.refused(verdict.limit);
  const retryAfterSeconds = verdict.retryAfterMs / 1000;
  throw verdict.limit === 'rate'
    ? new Problem('rate-limited', `'${id}' may send ${limits.ratePerSecond} requests a second.`, { retryAfterSeconds })
    : new Problem('quota-exceeded', `'${id}' may send ${limits.quotaPerDay} requests a day (UTC).`, { retryAfterSeconds });
}

/** @throws {Problem} `too-many-at-once` */
async function holdPlace({ onEnd }: Visit, { id, limits }: Identity, { concurrency, metrics }: GuardOptions): Promise<void> {
  if (limits.concurrency === undefined) return;
  const lease = await concurrency.acquire(id, limits.concurrency);
  if (!lease) {
    metrics.refused('concurrency');
    throw new Problem('too-many-at-once', `'${id}' may have ${limits.concurrency} requests under way at once.`, { retryAfterSeconds: 1 });
  }
  onEnd(() => lease.release());
}

/** A stream that has closed emits nothing more: a listener that is added then would never be called. */
function onceClosed(stream: Pick<Writable, 'closed' | 'destroyed' | 'once'>): (callback: () => void) => void {
  return (callback) => {
    if (stream.closed || stream.destroyed) callback();
    else stream.once('close', callback);
  };
}
