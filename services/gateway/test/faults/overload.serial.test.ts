import { spawnService, type SpawnedService } from '@facet/testkit';
import { beforeServices, BoundedService } from './bounded-service.ts';
import { retryMeasurement, Load, metric, succeeded, countByStatus, type Outcome } from './load.ts';

jest.setTimeout(300_000);

const slots = 32;
const workMs = 1600;
/** Ten times as many as it can serve at once, each of whom asks again 1.5 s after being refused: 200 a second of a service that can do 20. */
const clients = 400;
const pauseMs = 1500;

/**
 * What a request takes there by the number of those before it, of which as many as there are slots are done at once: so it is the same on a
 * machine that stands still at times.
 */
function p99OfTime(answers: readonly Outcome[]): number {
  const times = answers.map(({ headers }) => workMs * Math.max(1, (Number(headers['x-before']) + 1) / slots)).toSorted((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)]!;
}

describe('ten times what a service can do', () => {
  let service: BoundedService;
  let gateway: SpawnedService;
  let load: Load;
  beforeAll(async () => {
    // Time and slots, not the CPU, are what it has little of: the machine that tests is no part of the measurement.
    service = await BoundedService.start({ slots, workMs });
    gateway = await spawnService('gateway', { ...beforeServices(service), OVERLOAD_LIMIT_MIN: '32', OVERLOAD_LIMIT_MAX: '128', OVERLOAD_LATENCY: '500ms' });
    load = new Load(gateway.url);
  });
  afterAll(async () => {
    load.close();
    await gateway.stop();
    service.stop();
  });

  it('all that it can do is done, who is let in waits no more than twice as long, and the others know at once', async () => {
    await retryMeasurement(async () => {
      const calm = await load.closed(slots, 8000);
      expect(Object.keys(countByStatus(calm))).toEqual(['200']);
      const capacity = calm.length / ((Math.max(...calm.map(({ sentAt, ms }) => sentAt + ms)) - calm[0]!.sentAt) / 1000);

      const beganAt = performance.now();
      const asides = aside(gateway.url);
      const outcomes = await load.closed(clients, 24_000, {}, pauseMs);
      expect(outcomes.length / 24).toBeGreaterThan(3 * capacity);
      const isMeasured = (at: number): boolean => at >= beganAt + 14_000 && at < beganAt + 24_000;
      const accepted = succeeded(outcomes).filter(({ sentAt, ms }) => isMeasured(sentAt + ms));
      expect(Object.keys(countByStatus(outcomes)).toSorted()).toEqual(['200', '503 overloaded']);
      expect(accepted.length / 10).toBeGreaterThan(capacity * 0.9);
      expect(p99OfTime(accepted)).toBeLessThan(2 * p99OfTime(calm));
      const refused = outcomes.filter(({ status }) => status === 503);
      expect(refused.length).toBeGreaterThan(outcomes.length * 0.6);
      expect(new Set(refused.map(({ headers }) => headers['retry-after']))).toEqual(new Set(['1']));
      // Whoever looks after it is let in whatever the load.
      expect(new Set(await asides)).toEqual(new Set([200]));
    });
    expect(await metric(gateway.url, 'upstream_refused_total{service="digit",version="any",reason="limit"}')).toBeGreaterThan(0);
    expect(await metric(gateway.url, 'upstream_breaker_opened_total{service="digit",version="any"}')).toBe(0);
  });

  it('and all is as before when it is over', async () => {
    await load.closed(32, 3000);
    expect(Object.keys(countByStatus(await load.closed(32, 5000)))).toEqual(['200']);
  });
});

/** Calls about the suite while it is under load. */
async function aside(url: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of ['/health', '/health/ready', '/metrics', '/status', '/digit/health', '/digit/drift/status', '/v2/health/live'])
    statuses.push((await fetch(url + path)).status);
  return statuses;
}
