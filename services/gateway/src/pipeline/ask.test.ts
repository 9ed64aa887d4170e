import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exposure, UpstreamRequest } from '../forward/endpoint.ts';
import { RetryBudget } from '../forward/retry-budget.ts';
import { Upstream } from '../forward/upstream.ts';
import { askPods } from './ask.ts';

type Fate = 'answer' | 'slow' | 'silent' | 'crash' | 'busy';

/** A pod that answers predictions as it is told, and counts them. A silent one answers nothing any more, as one whose event loop is held. */
class Pod {
  predictions = 0;
  isSilent = false;
  readonly server: Server;

  constructor(fate: () => Fate) {
    const listener: RequestListener = (request, response) => {
      request.resume().once('end', () => {
        if (this.isSilent) return;
        if (request.url === '/health/live') {
          response.end('{}');
          return;
        }
        this.predictions += 1;
        const what = fate();
        if (what === 'silent') this.isSilent = true;
        else if (what === 'crash') request.socket.resetAndDestroy();
        else if (what === 'busy') response.writeHead(503).end('{"code":"worker-lost"}');
        else setTimeout(() => response.end('{}'), what === 'slow' ? 4000 : 0).unref();
      });
    };
    this.server = createServer(listener).listen(0, '127.0.0.1');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

const options = {
  connections: 8,
  connectTimeoutMs: 500,
  maxAgeMs: 60_000,
  httpClient: 'own',
  hedgeQuantile: 0,
  admission: { limit: 'off', limitMin: 64, limitMax: 1024, limitSlackMs: 2000, breakerFailures: 20, breakerOpenMs: 2000 },
} as const;

describe('askPods', () => {
  let pods: Pod[];
  let upstream: Upstream;
  let ejected: number;

  async function start(fate: (first: boolean) => Fate, count = 3): Promise<void> {
    let isFirst = true;
    const next = (): Fate => {
      const what = fate(isFirst);
      isFirst = false;
      return what;
    };
    pods = Array.from({ length: count }, () => new Pod(next));
    await Promise.all(pods.map(({ server }) => once(server, 'listening')));
    ejected = 0;
    const nothing = (): void => undefined;
    const events = { opened: nothing, refused: nothing, retried: nothing, budgetExhausted: nothing, hedged: nothing, ejected: () => void (ejected += 1) };
    upstream = new Upstream('http://127.0.0.1:1', { ...options, budget: new RetryBudget({ burst: 128 }), events });
    upstream.setEndpoints(new Map(pods.map(({ origin }) => [origin, 'ready'])));
  }
  afterEach(() => {
    upstream.close();
    for (const { server } of pods) server.closeAllConnections();
    for (const { server } of pods) server.close();
  });

  function predict(timeoutMs: number, exposure: Exposure = { pods: 0 }): Promise<number | string> {
    const request: UpstreamRequest = {
      method: 'POST',
      path: '/v1/predict',
      headers: {},
      body: Buffer.from('poison'),
      deadlineAt: performance.now() + timeoutMs,
      isRepeatable: true,
      mayHedge: true,
      caller: 'x',
      onCancel: (callback) => void setTimeout(callback, timeoutMs).unref(),
    };
    return askPods({ ...request, upstream, exposure }).then(
      ({ status }) => status,
      (error: { code: string }) => error.code,
    );
  }
  const reached = (): number => pods.filter(({ predictions }) => predictions > 0).length;

  it('gives a request that made a pod silent to no other pod, and leaves that pod alone', async () => {
    await start(() => 'silent');
    expect(await predict(4000)).toBe('upstream-unavailable');
    expect(reached()).toBe(1);
    expect(ejected).toBeGreaterThan(0);
  });

  it('sends the requests that follow to the other pods, soon after a pod fell silent', async () => {
    await start((isFirst) => (isFirst ? 'silent' : 'answer'));
    const first = predict(8000);
    await sleep(2500);
    for (let sent = 0; sent < 30; sent += 1) expect(await predict(1000)).toBe(200);
    expect(pods.reduce((sum, { predictions }) => sum + predictions, 0)).toBe(31);
    expect(await first).toBe('upstream-unavailable');
  });

  it('asks another pod where the first is late and answers a probe', async () => {
    await start((isFirst) => (isFirst ? 'slow' : 'answer'));
    // The first answers only after the deadline.
    expect(await predict(3000)).toBe(200);
    expect(reached()).toBe(2);
    expect(ejected).toBe(0);
  });

  it.each(['crash', 'busy'] as const)('gives a request with which two pods were lost (%s) to no third', async (fate) => {
    await start(() => fate, 5);
    const exposure = { pods: 0 };
    expect(await predict(4000, exposure)).toBe(fate === 'crash' ? 'upstream-unavailable' : 503);
    expect([reached(), exposure.pods]).toEqual([2, 2]);
    // Nor are those of another version asked after them.
    await predict(4000, exposure);
    expect(reached()).toBeLessThanOrEqual(3);
  });

  it('gives a request to another pod where the first, silent by then, leaves the cluster', async () => {
    await start((isFirst) => (isFirst ? 'silent' : 'answer'));
    const answer = predict(9000);
    await sleep(1500);
    upstream.setEndpoints(new Map(pods.filter(({ isSilent }) => !isSilent).map(({ origin }) => [origin, 'ready'])));
    expect(await answer).toBe(200);
    expect(reached()).toBe(2);
  });

  it('gives a request to another pod where the first breaks off after a moment of silence, as one on a busy node does when it is killed', async () => {
    await start((isFirst) => (isFirst ? 'silent' : 'answer'));
    const answer = predict(9000);
    await sleep(1500);
    for (const { server, isSilent } of pods) if (isSilent) server.closeAllConnections();
    expect(await answer).toBe(200);
  });

  it.each(['before', 'after'])(
    'gives a request to another pod where the first leaves the cluster a moment %s its connections break, after a long silence',
    async (when) => {
      await start((isFirst) => (isFirst ? 'silent' : 'answer'));
      const answer = predict(9000);
      await sleep(3600);
      const breakOff = (): void => {
        for (const { server, isSilent } of pods) if (isSilent) server.closeAllConnections();
      };
      if (when === 'after') breakOff();
      await sleep(200);
      upstream.setEndpoints(new Map(pods.filter(({ isSilent }) => !isSilent).map(({ origin }) => [origin, 'ready'])));
      if (when === 'before') breakOff();
      expect(await answer).toBe(200);
      expect(reached()).toBe(2);
    },
  );

  it('gives a request whose pod was silent for long and then broke off to no other', async () => {
    await start(() => 'silent');
    const answer = predict(9000);
    await sleep(3600);
    for (const { server, isSilent } of pods) if (isSilent) server.closeAllConnections();
    expect(await answer).toBe('upstream-unavailable');
    expect(reached()).toBe(1);
  });
});
