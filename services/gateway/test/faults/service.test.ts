import { spawnService, type SpawnedService } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeServices, BoundedService } from './bounded-service.ts';
import { Load, metric, succeeded, countByStatus, type Outcome } from './load.ts';

const digit = 'service="digit",version="any"';

describe('a service that fails, under load', () => {
  let service: BoundedService;
  let well: BoundedService;
  let gateway: SpawnedService;
  let load: Load;
  let others: Load;
  beforeAll(async () => {
    [service, well] = await Promise.all([BoundedService.start({ slots: 16, workMs: 20 }), BoundedService.start({ slots: 16, workMs: 20 })]);
    gateway = await spawnService('gateway', { ...beforeServices(service), GESTURE_URL: well.url, BREAKER_OPEN: '1s' });
    load = new Load(gateway.url);
    others = new Load(gateway.url);
  });
  afterEach(async () => {
    await service.become('ok');
    await recover();
  });
  afterAll(async () => {
    load.close();
    others.close();
    await gateway.stop();
    service.stop();
    well.stop();
  });
  const opened = (): Promise<number> => metric(gateway.url, `upstream_breaker_opened_total{${digit}}`);

  /** Waits until predictions are answered again. */
  async function recover(): Promise<void> {
    for (let tries = 0; tries < 100 && (await load.one()).status !== 200; tries += 1) await sleep(100);
  }

  /** Load on the service that fails, and on one that does not, while something happens. */
  async function during(happens: () => Promise<void>, ask = {}): Promise<{ own: Outcome[]; other: Outcome[] }> {
    const phase = { isOver: false };
    const lane = async (from: Load, path: string): Promise<Outcome[]> => {
      const outcomes: Promise<Outcome>[] = [];
      while (!phase.isOver) {
        outcomes.push(from.one({ path, ...ask }));
        await sleep(15);
      }
      return Promise.all(outcomes);
    };
    const lanes = Promise.all([lane(load, '/digit/v1/predict'), lane(others, '/gesture/v1/predict')]);
    await happens();
    phase.isOver = true;
    const [own, other] = await lanes;
    return { own, other };
  }

  it('down: refused with 503 and when to come back, at once, and served again soon after it is back', async () => {
    let backAt = 0;
    const { own, other } = await during(async () => {
      await sleep(500);
      await service.become('closed');
      await sleep(3000);
      await service.become('ok');
      backAt = performance.now();
      await sleep(5000);
    });
    expect(Object.keys(countByStatus(own)).toSorted()).toEqual(['200', '503 upstream-unavailable']);
    for (const { status, headers } of own) if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(await opened()).toBeGreaterThan(0);
    expect(await metric(gateway.url, `upstream_refused_total{${digit},reason="breaker"}`)).toBeGreaterThan(0);
    const after = own.filter(({ sentAt }) => sentAt > backAt);
    const firstGood = after.findIndex(({ status }) => status === 200);
    // Within the 5 s for which requests came; the breaker's first question is due after one.
    expect(firstGood).toBeGreaterThanOrEqual(0);
    const servedAt = after[firstGood]!.sentAt + after[firstGood]!.ms;
    expect(Object.keys(countByStatus(after.filter(({ sentAt }) => sentAt > servedAt)))).toEqual(['200']);
    // Its neighbours are none the worse.
    expect(Object.keys(countByStatus(other))).toEqual(['200']);
  });

  it('takes connections and never answers: those first sent wait their time, the others are refused at once, and few try it', async () => {
    const before = await service.asked();
    const { own, other } = await during(
      async () => {
        await service.become('silent');
        await sleep(8000);
      },
      { headers: { 'x-request-timeout-ms': '1500' } },
    );
    const silent = own.filter(({ status }) => status !== 200);
    expect(Object.keys(countByStatus(silent)).toSorted()).toEqual(['503 upstream-unavailable', '504 deadline-exceeded']);
    const refused = silent.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(silent.length / 4);
    // What is refused never gets there: besides those that went before it was noticed, one at a time.
    expect((await service.asked()) - before).toBeLessThan(own.length - refused.length * 0.9);
    expect(Object.keys(countByStatus(other))).toEqual(['200']);
  });

  it('breaks connections off, in turns: serves whenever it is there, for it is never left alone while anything comes back', async () => {
    const before = await opened();
    const { own, other } = await during(async () => {
      for (let turn = 0; turn < 6; turn += 1) {
        await service.become('broken');
        await sleep(300);
        await service.become('ok');
        await sleep(500);
      }
    });
    // On a busy machine what has piled up may be too much when it is back.
    expect(Object.keys(countByStatus(own)).filter((what) => !['200', '503 upstream-unavailable', '503 overloaded'].includes(what))).toEqual([]);
    expect(succeeded(own).length).toBeGreaterThan(own.length * 0.4);
    expect(await opened()).toBe(before);
    expect(Object.keys(countByStatus(other))).toEqual(['200']);
  });

  it('fails half of the time: the other half is answered, and some of the first on another attempt', async () => {
    const before = await opened();
    const { own } = await during(async () => {
      await service.become('failing:0.5');
      await sleep(4000);
    });
    expect(succeeded(own).length).toBeGreaterThan(own.length * 0.4);
    expect(await opened()).toBe(before);
  });

  it('ten times as slow: answered all the same, as many as are in time', async () => {
    const { own, other } = await during(async () => {
      await service.become('slow:10');
      await sleep(4000);
    });
    expect(Object.keys(countByStatus(own)).filter((what) => !['200', '503 overloaded'].includes(what))).toEqual([]);
    // It can do 80 a second now, and is asked for 67.
    expect(succeeded(own).length).toBeGreaterThan(own.length * 0.9);
    expect(Object.keys(countByStatus(other))).toEqual(['200']);
  });
});
