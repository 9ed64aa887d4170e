import { Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureEventLoopLag } from './event-loop-lag.ts';

async function worst(registry: Registry): Promise<number> {
  const { values } = await registry.getSingleMetric('event_loop_lag_seconds')!.get();
  return values.find(({ labels }) => labels['quantile'] === '1')!.value;
}

describe('event_loop_lag_seconds', () => {
  it('shows a block to every scraper, not only to the first that comes', async () => {
    const registry = new Registry();
    const lag = measureEventLoopLag(registry);
    // It measures from one tick of its timer to the next.
    while ((await worst(registry)) === 0) await sleep(10);
    const until = performance.now() + 400;
    while (performance.now() < until);
    await sleep(50);
    const seen = [await worst(registry), await worst(registry)];
    lag.close();
    for (const value of seen) expect(value).toBeGreaterThan(0.3);
  });
});
