import type { MatchedRoute, RequestContext } from '@facet/http';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { KeyFile } from '../identify/key-file.ts';
import type { TokenVerifier } from '../identify/token-verifier.ts';
import { Concurrency } from './concurrency.ts';
import { createAccessControl } from './access-control.ts';
import { Lease } from './lease.ts';
import { StreamPlaces } from './stream-places.ts';
import { allowed } from './rate-limiter.ts';

/** A step of admission that ends when the test says so. */
function step(): { readonly reached: Promise<void>; readonly done: Promise<void>; reach(): void; end(): void } {
  const [reached, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return { reached: reached.promise, done: done.promise, reach: () => reached.resolve(), end: () => done.resolve() };
}

type Where = 'the token is looked up' | 'the rate is counted' | 'the place is taken';

/** Access control that waits at one step, and what is under way. */
function accessThatWaits(at: Where) {
  const wait = step();
  const underWay = new Concurrency();
  const pause = async (here: Where): Promise<void> => {
    if (here !== at) return;
    wait.reach();
    await wait.done;
  };
  const identity = { id: 'phone', scopes: new Set(['*']), limits: { concurrency: 2, ratePerSecond: 100 }, isCurrent: () => true };
  const access = createAccessControl({
    tasks: new Set(['digit']),
    callers: {
      keys: { find: () => identity } as unknown as KeyFile,
      tokens: { find: async () => pause('the token is looked up').then(() => identity) } as unknown as TokenVerifier,
    },
    rateLimiter: { take: async () => pause('the rate is counted').then(() => allowed) },
    concurrency: {
      async acquire(caller, limit) {
        const taken = underWay.enter(caller, limit);
        await pause('the place is taken');
        return taken ? new Lease(() => underWay.leave(caller)) : undefined;
      },
    },
    metrics: { refused: () => undefined, insured: () => undefined },
    origins: [],
    corsHeaders: [],
    trustedProxies: 0,
    addressAllowance: {},
    streamPlaces: new StreamPlaces({ streamMaxConnections: 12 }),
  });
  return { ...access, wait, underWay };
}

/** The end of a connection, or of a response, that a test closes. */
class Closing extends EventEmitter {
  closed = false;
  destroyed = false;
  readonly remoteAddress = '127.0.0.1';

  close(): void {
    this.closed = this.destroyed = true;
    this.emit('close');
  }
}

const route: MatchedRoute = { path: '/digit/predict', access: 'task', task: 'digit', isOip: false, bodyMaxBytes: 1024 };
const headers = () => ({ authorization: 'Bearer token' });

function send(control: ReturnType<typeof accessThatWaits>, kind: 'request' | 'stream') {
  const end = new Closing();
  const url = kind === 'request' ? '/digit/predict' : '/gesture/stream';
  const request = { url, method: 'POST', headers: headers(), socket: end } as unknown as IncomingMessage;
  const context = { request, response: end, head: [], notes: {}, params: {} } as unknown as RequestContext;
  const admitted = kind === 'request' ? Promise.resolve(control.guard(context, route, () => undefined)) : control.admitStream(request, 'gesture');
  return { end, admitted };
}

describe.each(['request', 'stream'] as const)('the place of a caller, taken by a %s', (kind) => {
  it.each(['the token is looked up', 'the rate is counted', 'the place is taken'] as const)('is free again when its client leaves while %s', async (where) => {
    const control = accessThatWaits(where);
    const { end, admitted } = send(control, kind);
    await control.wait.reached;
    end.close();
    control.wait.end();
    await admitted;
    expect(control.underWay.of('phone')).toBe(0);
  });

  it('is held until its client leaves, and given back once', async () => {
    const control = accessThatWaits('the rate is counted');
    control.wait.end();
    const [first, second] = [send(control, kind), send(control, kind)];
    await Promise.all([first.admitted, second.admitted]);
    expect(control.underWay.of('phone')).toBe(2);
    await expect(send(control, kind).admitted).rejects.toMatchObject({ code: 'too-many-at-once' });
    first.end.close();
    first.end.close();
    expect(control.underWay.of('phone')).toBe(1);
    second.end.close();
    expect(control.underWay.callers).toBe(0);
  });
});

describe('the streams of one process', () => {
  const open = (streamMaxConnections: number, keys: KeyFile | undefined) => {
    const access = createAccessControl({
      tasks: new Set(['digit']),
      callers: { keys },
      rateLimiter: { take: () => allowed },
      concurrency: { acquire: () => Promise.resolve(undefined) },
      metrics: { refused: () => undefined, insured: () => undefined },
      origins: [],
      corsHeaders: [],
      trustedProxies: 1,
      addressAllowance: {},
      streamPlaces: new StreamPlaces({ streamMaxConnections }),
    });
    return (address: string, key?: string) => {
      const end = new Closing();
      const request = { url: '/gesture/stream', method: 'GET', headers: { 'x-forwarded-for': address, ...(key && { 'x-api-key': key }) }, socket: end };
      return { end, admitted: access.admitStream(request as unknown as IncomingMessage, 'gesture') };
    };
  };

  it('are never all held by one address, whatever port it comes from', async () => {
    const connect = open(16, undefined);
    const held = Array.from({ length: 4 }, (_, port) => connect(`192.0.2.1:${1000 + port}`));
    await Promise.all(held.map(({ admitted }) => admitted));
    await expect(connect('192.0.2.1:2000').admitted).rejects.toMatchObject({ code: 'too-many-at-once' });
    await connect('192.0.2.2').admitted;
    held[0]!.end.close();
    await connect('192.0.2.1').admitted;
  });

  it('are never all held by one caller, and callers behind one address do not share a limit', async () => {
    const find = (id: string) => ({ id, scopes: new Set(['*']), limits: {}, isCurrent: () => true });
    const connect = open(16, { find } as unknown as KeyFile);
    const held = Array.from({ length: 4 }, (_, index) => connect(`192.0.2.${index}`, 'greedy'));
    await Promise.all(held.map(({ admitted }) => admitted));
    await expect(connect('192.0.2.9', 'greedy').admitted).rejects.toMatchObject({ code: 'too-many-at-once' });
    for (const caller of ['a', 'b', 'c', 'd', 'e']) await connect('192.0.2.1', caller).admitted;
    held[3]!.end.close();
    await connect('192.0.2.9', 'greedy').admitted;
  });
});
