import { accessOf, type Operation } from '@facet/contracts';
import type { Guard, Reply } from '@facet/http';
import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { unauthenticated, type Callers } from '../identify/identify.ts';
import { isProbe, requiredScope } from '../identify/required-scope.ts';
import { takeStreamCredential } from '../identify/stream-credential.ts';
import { enter } from '../pipeline/enter.ts';
import { clientAddress } from './client-address.ts';
import { admitOrigin } from './cors.ts';
import type { Lease } from './lease.ts';
import { Limits } from './limits.ts';
import type { AdmitMetrics } from './metrics.ts';
import type { ConcurrencyLimiter } from './pod-concurrency.ts';
import type { StreamPlaces } from './stream-places.ts';
import { unlimitedStream, streamLimits, type StreamLimits } from './stream-limits.ts';
import type { Allowance, RateLimiter } from './rate-limiter.ts';

export interface AccessControlOptions {
  /** Tasks that are served. */
  readonly tasks: ReadonlySet<string>;
  readonly callers: Callers;
  readonly rateLimiter: RateLimiter;
  readonly concurrency: ConcurrencyLimiter;
  readonly metrics: AdmitMetrics;
  readonly origins: readonly string[];
  /** Request headers that pages of other origins may send besides the usual. */
  readonly corsHeaders: readonly string[];
  readonly trustedProxies: number;
  /** Of callers without a name, or with one that is unknown. */
  readonly addressAllowance: Allowance;
  readonly streamPlaces: StreamPlaces;
}

export interface AccessControl {
  readonly guard: Guard;
  /** Whether a call is only answered to who names themselves; never, where nobody is known. */
  readonly needsIdentity: (operation: Operation) => boolean;
  /** The same for a WebSocket, before it is opened; it holds one of its caller's places for as long as it lives. */
  readonly admitStream: (request: IncomingMessage, task: string) => Promise<StreamLimits>;
}

/**
 * Has requests and streams {@link enter}, with what each of the two needs around that: pages of other origins, probes, places of streams.
 *
 * What is not configured costs nothing: without keys no caller is identified, without limits nothing is counted.
 */
export function createAccessControl(options: AccessControlOptions): AccessControl {
  const { callers, metrics, origins, tasks, trustedProxies } = options;
  const limits = new Limits(options);
  const knowsCallers = callers.keys !== undefined || callers.tokens !== undefined;
  const isOpen = !knowsCallers && !limits.ofAddresses;
  const enterRequest = enter<Reply | undefined>({ callers, limits, metrics });
  const enterStream = enter<StreamLimits>({ callers, limits, metrics });

  const guard: Guard = (context, route, next) => {
    const { request, response, head, notes } = context;
    head.push('referrer-policy', 'no-referrer', 'x-frame-options', 'DENY');
    // The gateway's own word, on every route: what a client says of itself must reach no service, cache or log.
    if (request.headers['x-client-id'] !== undefined) delete request.headers['x-client-id'];
    const preflight = origins.length > 0 ? admitOrigin(context, origins, options.corsHeaders) : undefined;
    if (preflight) return preflight;
    if (isOpen || isProbe(route)) return next();
    const needed = requiredScope(route, tasks, context.params['model']);
    // Who reaches the operations port is up to the network; what changes something needs an administrator there too.
    if (context.isByOperationsPort && needed !== 'admin') return next();
    return enterRequest({
      request,
      notes,
      needed,
      onEnd: onceClosed(response),
      proceed(identity) {
        context.charge = limits.chargeOf({ request, identity });
        return next();
      },
    });
  };
  const admitStream = async (request: IncomingMessage, task: string): Promise<StreamLimits> => {
    delete request.headers['x-client-id'];
    takeStreamCredential(request.headers);
    const onEnd = onceClosed(request.socket);
    // Held from the beginning, for handshakes that wait for admission take room as well.
    const atAddress = holdStream('address', clientAddress(request, trustedProxies));
    onEnd(() => atAddress.release());
    if (isOpen) return unlimitedStream;
    return enterStream({
      request,
      notes: {},
      needed: task,
      onEnd,
      proceed(identity) {
        if (identity) {
          // Callers who are known do not share a limit with others behind the same address.
          atAddress.release();
          const ofCaller = holdStream('caller', identity.id);
          onEnd(() => ofCaller.release());
        }
        return streamLimits(limits.allowanceOf(identity), async () => {
          if (identity?.isCurrent() === false) throw unauthenticated('The key or token is not good any more.');
          await limits.count({ request, identity });
        });
      },
    });
  };
  const needsIdentity = (operation: Operation): boolean => knowsCallers && accessOf(operation) !== 'open';
  return { guard, needsIdentity, admitStream };

  /** @throws {Problem} `too-many-at-once` */
  function holdStream(of: 'caller' | 'address', name: string): Lease {
    const lease = options.streamPlaces.take(of, name);
    if (lease) return lease;
    metrics.refused('streams');
    const holder = of === 'caller' ? `'${name}'` : 'This address';
    const detail = `${holder} has as many streams open as it may, ${options.streamPlaces.limitOf(of)}; close one before opening another.`;
    throw new Problem('too-many-at-once', detail, { retryAfterSeconds: 1 });
  }
}

/** A stream that has closed emits nothing more: a listener that is added then would never be called. */
function onceClosed(stream: Pick<Writable, 'closed' | 'destroyed' | 'once'>): (callback: () => void) => void {
  return (callback) => {
    if (stream.closed || stream.destroyed) callback();
    else stream.once('close', callback);
  };
}
