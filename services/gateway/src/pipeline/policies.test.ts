import { builtInVersions } from '@facet/contracts';
import { Problem } from '@facet/problem';
import type { Limits } from '../admit/limits.ts';
import type { Experiments } from '../experiments/open-experiments.ts';
import { EndpointGone } from '../forward/attempt.ts';
import type { Endpoint } from '../forward/endpoint.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { KeyFile } from '../identify/key-file.ts';
import { address } from './address.ts';
import { admit } from './admit.ts';
import { assign } from './assign.ts';
import { authenticate } from './authenticate.ts';
import type { Attempt, Next, PodCall, ReceivedCall, RoutedCall, TaskCall } from './call.ts';
import { degrade, type BrownOut } from './degrade.ts';
import { experiment } from './experiment.ts';
import { failOver } from './fail-over.ts';
import { limit } from './limit.ts';
import { receive } from './receive.ts';
import { retry } from './retry.ts';
import type { Outcome } from './send.ts';
import { useCache } from './use-cache.ts';
import type { AuthenticatedRequest, AccessRequest } from './access-request.ts';

const answer = (status = 200, body = '{}'): UpstreamAnswer => ({ status, headers: {}, body: Buffer.from(body) });
const refused = (code: 'overloaded' | 'upstream-unavailable') => new Problem(code, undefined, {});

/** A call as far as the policies look at it; each test adds what its own needs. */
function callOf(more: object = {}): ReceivedCall & PodCall {
  const context = {
    id: 'request-1',
    request: { method: 'POST', headers: { accept: 'x', 'x-request-id': 'theirs' }, socket: { remoteAddress: '192.0.2.1' } },
    route: { bodyMaxBytes: 1000 },
    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true },
    bytes: Buffer.from('body'),
    clock: { mark: () => 0 },
    notes: {},
    cancelled: false,
    deadlineAt: 1,
    onCancel: () => undefined,
  };
  const service = { task: 'digit', available: builtInVersions, route: () => ({ version: 'v1', path: '/v1/predict', headers: {} }), failover: () => undefined };
  return {
    context,
    service,
    url: '/predict',
    wish: {},
    progress: {},
    exposure: { pods: 0 },
    body: Buffer.from('body'),
    caller: 'ada',
    ...more,
  } as unknown as ReceivedCall & PodCall;
}

/** The rest of the pipeline: notes what it is given, and answers in turn. */
function rest<Call>(...answers: (UpstreamAnswer | Error)[]): { next: Next<Call>; calls: Call[] } {
  const calls: Call[] = [];
  const next: Next<Call> = (call) => {
    calls.push(call);
    const given = answers.length > 1 ? answers.shift()! : (answers[0] ?? answer());
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  };
  return { next, calls };
}

describe('authenticate', () => {
  const ada = { id: 'ada', scopes: new Set(['digit']), limits: {}, isCurrent: () => true };
  const requestOf = (needed: string, key?: string) =>
    ({ request: { headers: { ...(key && { 'x-api-key': key }) } }, notes: {}, needed, onEnd: () => undefined }) as unknown as AccessRequest<string>;
  const policyWith = (keys: KeyFile | undefined) => {
    const counted: string[] = [];
    const limits = { countAddress: async () => void counted.push('address') } as unknown as Limits;
    const metrics = { refused: (reason: string) => void counted.push(reason), insured: () => undefined };
    const requests: AuthenticatedRequest<string>[] = [];
    const next = async (access: AuthenticatedRequest<string>) => {
      requests.push(access);
      return 'in';
    };
    return { policy: authenticate({ callers: { keys }, limits, metrics }, next), counted, requests };
  };
  const keys = { find: (key: string) => (key === 'good' ? ada : undefined) } as unknown as KeyFile;

  it('lets everybody in where no caller is known', async () => {
    const { policy, requests } = policyWith(undefined);
    await expect(policy(requestOf('admin'))).resolves.toBe('in');
    expect(requests[0]!.identity).toBeUndefined();
  });

  it('says who asks, and takes the key out of the request', async () => {
    const { policy, requests, counted } = policyWith(keys);
    const access = requestOf('digit', 'good');
    await expect(policy(access)).resolves.toBe('in');
    expect(requests[0]!.identity).toBe(ada);
    expect(access.notes).toEqual({ client: 'ada' });
    expect(access.request.headers).toEqual({ 'x-client-id': 'ada' });
    expect(counted).toEqual([]);
  });

  it.each([
    ['digit', undefined, 'unauthenticated', ['address', 'unauthenticated']],
    ['digit', 'bad', 'unauthenticated', ['address', 'unauthenticated']],
    ['open', 'bad', 'unauthenticated', ['address', 'unauthenticated']],
    ['gesture', 'good', 'forbidden', ['forbidden']],
    ['admin', 'good', 'forbidden', ['forbidden']],
  ])('of the scope %s refuses the key %s as %s', async (needed, key, code, expected) => {
    const { policy, requests, counted } = policyWith(keys);
    await expect(policy(requestOf(needed, key))).rejects.toMatchObject({ code });
    expect(counted).toEqual(expected);
    expect(requests).toEqual([]);
  });

  it('lets a caller without a name in where the route is open', async () => {
    const { policy, requests } = policyWith(keys);
    await expect(policy(requestOf('open'))).resolves.toBe('in');
    expect(requests[0]!.identity).toBeUndefined();
  });
});

describe('limit', () => {
  const stepsOf = async (identity: object | undefined): Promise<string[]> => {
    const steps: string[] = [];
    const limits = { count: async () => void steps.push('count'), hold: async () => void steps.push('hold') } as unknown as Limits;
    const access = { identity, onEnd: () => undefined } as unknown as AuthenticatedRequest<string>;
    await limit(limits, async () => String(steps.push('in')))(access);
    return steps;
  };

  it('counts a call before it holds a place, and holds one for known callers alone', async () => {
    expect(await stepsOf({ id: 'ada' })).toEqual(['count', 'hold', 'in']);
    expect(await stepsOf(undefined)).toEqual(['count', 'in']);
  });

  it('lets nothing in that is over a limit', async () => {
    const over = new Problem('rate-limited');
    const limits = { count: () => Promise.reject(over), hold: () => Promise.resolve() } as unknown as Limits;
    const next = jest.fn();
    await expect(limit(limits, next)({} as AuthenticatedRequest<string>)).rejects.toBe(over);
    expect(next).not.toHaveBeenCalled();
  });
});

describe('assign', () => {
  it('gives a call its version, and says who takes a share of the capacity', async () => {
    const { next, calls } = rest<RoutedCall>();
    const call = callOf();
    await assign(0, next)(call);
    expect(calls[0]).toMatchObject({ route: { version: 'v1' }, caller: '192.0.2.1' });
    expect(call.progress.version).toBe('v1');
  });

  it('takes the caller that access control knows, and none for calls about the service', async () => {
    const { next, calls } = rest<RoutedCall>();
    const known = callOf();
    Object.assign(known.context, { caller: 'ada' });
    await assign(0, next)(known);
    const about = callOf({ service: { route: () => ({ version: undefined, path: '/drift/status', headers: {} }) } });
    await assign(0, next)(about);
    expect(calls.map(({ caller }) => caller)).toEqual(['ada', undefined]);
  });
});

describe('receive', () => {
  const routed = (check: () => void) => callOf({ route: { version: 'v1', path: '/v1/predict', headers: {}, upstream: { admission: { check } } } });
  const full = (): never => {
    throw refused('overloaded');
  };

  it('refuses what would be refused anyhow before it reads it, where no other answer is to be had', async () => {
    const { next, calls } = rest<ReceivedCall>();
    await expect(receive({ refusesEarly: true }, next)(routed(full))).rejects.toMatchObject({ code: 'overloaded' });
    await receive({ refusesEarly: false }, next)(routed(full));
    expect(calls.length).toBe(1);
    expect(calls[0]!.body?.toString()).toBe('body');
  });

  it('charges the items of a batch once, though the call comes again', async () => {
    const charged: number[] = [];
    const call = callOf({ url: '/batch/predict', route: { upstream: { admission: { check: () => undefined } } } });
    const items = Buffer.from('{"items":[1,2,3]}');
    Object.assign(call.context, {
      bytes: items,
      heldBytes: 0,
      budget: { giveBack: () => undefined },
      charge: async (more: number) => charged.push(more),
    });
    Object.assign(call.context.request.headers, { 'content-type': 'application/json' });
    const policy = receive({ refusesEarly: true }, rest<ReceivedCall>().next);
    await policy(call);
    await policy(call);
    expect(charged).toEqual([2]);
  });
});

describe('failOver', () => {
  const other = { version: 'v2', path: '/v2/predict', headers: {} };
  const to = (others: object | undefined) => callOf({ route: { version: 'v1' }, service: { failover: () => others } });

  it('asks another version when the first has no pod, and says which answered', async () => {
    const { next, calls } = rest<ReceivedCall>(refused('upstream-unavailable'), answer());
    const call = to(other);
    expect((await failOver(next)(call)).status).toBe(200);
    expect(calls.map(({ route }) => route.version)).toEqual(['v1', 'v2']);
    expect(call.progress.version).toBe('v2');
  });

  it.each([
    ['too much was asked of it', refused('overloaded'), {}],
    ['two pods were lost with it', refused('upstream-unavailable'), { exposure: { pods: 2 } }],
    ['there is none', refused('upstream-unavailable'), { service: { failover: () => undefined } }],
  ])('asks no other where %s', async (_why, error, more) => {
    const { next, calls } = rest<ReceivedCall>(error);
    await expect(failOver(next)({ ...to(other), ...more } as ReceivedCall)).rejects.toBe(error);
    expect(calls.length).toBe(1);
  });
});

describe('degrade', () => {
  const brownOut = (isOn: boolean) => ({ isOn, through: async () => answer(200, 'old') }) as unknown as BrownOut;

  it('stands in the way of nothing while it is off, and of predictions alone while it is on', async () => {
    const { next } = rest<ReceivedCall>(answer(200, 'new'));
    expect(degrade(brownOut(false), next)).toBe(next);
    const bodies = await Promise.all(['ada', undefined].map((caller) => degrade(brownOut(true), next)(callOf({ caller }))));
    expect(bodies.map(({ body }) => body.toString())).toEqual(['old', 'new']);
  });
});

test('useCache stands in the way of nothing without a cache', () => {
  const { next } = rest<ReceivedCall>();
  expect(useCache(undefined, next)).toBe(next);
});

describe('address', () => {
  it("sends the gateway's own words in place of the client's", async () => {
    const { next, calls } = rest<PodCall>();
    await address(next)(callOf({ route: { upstream: 'pods', path: '/v1/predict', headers: { 'x-model-version': 'v1' } } }));
    expect(calls[0]).toMatchObject({ upstream: 'pods', path: '/v1/predict', isRepeatable: true, mayHedge: true });
    expect(calls[0]!.headers).toMatchObject({ accept: 'x', 'x-request-id': 'request-1', 'x-model-version': 'v1', 'x-forwarded-for': '192.0.2.1' });
  });

  it.each([
    ['/batch/predict', 'ada', { isRepeatable: true, mayHedge: false }],
    ['/feedback', undefined, { isRepeatable: false, mayHedge: false }],
  ])('says of %s what may be done with it', async (path, caller, expected) => {
    const { next, calls } = rest<PodCall>();
    await address(next)(callOf({ caller, route: { path, headers: {} } }));
    expect(calls[0]).toMatchObject(expected);
  });
});

describe('admit', () => {
  it('gives back the place of a prediction whatever becomes of it, and takes none for other calls', async () => {
    const log: string[] = [];
    const enter = (): (() => void) => {
      log.push('enter');
      return () => log.push('leave');
    };
    const call = callOf({ upstream: { admission: { enter } } });
    await admit(rest<PodCall>().next)(call);
    await expect(admit(rest<PodCall>(new Error('no')).next)(call)).rejects.toThrow('no');
    await admit(rest<PodCall>().next)({ ...call, caller: undefined });
    expect(log).toEqual(['enter', 'leave', 'enter', 'leave']);
  });
});

describe('retry', () => {
  const gone = { reason: 'gone', error: new EndpointGone('away') } as const;
  const unconnected = { reason: 'connect', error: new Error('refused') } as const;

  async function retried(outcomes: Outcome[], more: Partial<PodCall> = {}, canAfford = true): Promise<{ pods: number; status: number | string }> {
    const names = ['a', 'b', 'c', 'd'] as unknown as Endpoint[];
    const upstream = {
      budget: { deposit: () => undefined },
      events: { retried: () => undefined },
      choose: (tried: Endpoint[]) => names.find((name) => !tried.includes(name)),
      hasMore: () => true,
      withdrawRetry: () => canAfford,
      unavailable: () => refused('upstream-unavailable'),
    };
    const asked: Endpoint[] = [];
    const next = async ({ endpoint }: Attempt): Promise<Outcome> => {
      asked.push(endpoint);
      return outcomes.length > 1 ? outcomes.shift()! : outcomes[0]!;
    };
    const call = callOf({ upstream, isRepeatable: true, deadlineAt: Infinity, ...more });
    const status = await retry(next)(call).then(
      (given) => given.status,
      ({ code }: Problem) => code,
    );
    expect(new Set(asked).size).toBe(asked.length);
    return { pods: asked.length, status };
  }
  const good: Outcome = { answer: answer(), reason: undefined };

  it.each<[string, Outcome[], Partial<PodCall>, boolean, { pods: number; status: number | string }]>([
    ['what was lost is given to another pod', [gone, good], {}, true, { pods: 2, status: 200 }],
    ['once', [gone, gone, good], {}, true, { pods: 2, status: 'upstream-unavailable' }],
    ['what no pod saw is given to two others, unpaid', [unconnected, unconnected, good], {}, false, { pods: 3, status: 200 }],
    ['and to no more', [unconnected], {}, false, { pods: 3, status: 'upstream-unavailable' }],
    ['nothing is repeated that the budget has not', [gone, good], {}, false, { pods: 1, status: 'upstream-unavailable' }],
    ['nor what changes something', [gone, good], { isRepeatable: false }, true, { pods: 1, status: 'upstream-unavailable' }],
    ['nor with which two pods were lost', [gone, good], { exposure: { pods: 2 } }, true, { pods: 1, status: 'upstream-unavailable' }],
    ['nor after the deadline', [gone, good], { deadlineAt: 0 }, true, { pods: 1, status: 'upstream-unavailable' }],
    ['a pod that says it has too much keeps the last word', [{ answer: answer(503), reason: 'overloaded' }], {}, true, { pods: 2, status: 503 }],
  ])('%s', async (_what, outcomes, more, canAfford, expected) => expect(await retried(outcomes, more, canAfford)).toEqual(expected));
});

describe('experiment', () => {
  function watch(url: string, more: object = {}): { call: TaskCall; seen: unknown[]; experiments: Experiments } {
    const seen: unknown[] = [];
    const watched = {
      answered: (_: unknown, __: unknown, course: object) => seen.push(course),
      failed: (_: unknown, version: string) => seen.push(`failed ${version}`),
    };
    return {
      call: callOf({ url, progress: { version: 'v1' }, ...more }),
      seen,
      experiments: new Map([['digit', watched]]) as unknown as Experiments,
    };
  }

  it.each([
    ['/predict', {}, { version: 'v1', isCached: false, isLeftOpen: true }],
    ['/v1/predict?a=1', {}, { version: 'v1', isCached: false, isLeftOpen: false }],
    ['/predict', { wish: { forced: 'v1' } }, { version: 'v1', isCached: false, isLeftOpen: false }],
    ['/predict', { progress: { version: 'v2', cache: 'hit' } }, { version: 'v2', isCached: true, isLeftOpen: true }],
  ])('of %s with %j notes %j', async (url, more, course) => {
    const { call, seen, experiments } = watch(url, more);
    await experiment(experiments, rest<TaskCall>().next)(call);
    expect(seen).toEqual([course]);
  });

  it('notes what came to nothing, and looks at predictions alone', async () => {
    const { call, seen, experiments } = watch('/predict');
    await expect(experiment(experiments, rest<TaskCall>(refused('overloaded')).next)(call)).rejects.toMatchObject({ code: 'overloaded' });
    await experiment(experiments, rest<TaskCall>().next)({ ...call, url: '/health' });
    expect(seen).toEqual(['failed v1']);
  });
});
