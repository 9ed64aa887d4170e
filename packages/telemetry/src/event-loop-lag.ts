import { Gauge, type Registry } from 'prom-client';
import { monitorEventLoopDelay } from 'node:perf_hooks';

type Window = ReturnType<typeof monitorEventLoopDelay>;

const resolutionMs = 10;
/** Longer than any usual scrape interval: what happens between two scrapes is seen by both, whoever else scrapes meanwhile. */
const windowMs = 30_000;

/** Node records the time between two ticks of a timer: what is above its period is lag. */
function seconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
}

/** Measures for how long the event loop was held, as the worst of this window and the one before. */
export function measureEventLoopLag(registry: Registry): { close(): void } {
  let current = startWindow();
  let previous: Window | undefined;
  const rotation = setInterval(() => {
    previous?.disable();
    previous = current;
    previous.disable();
    current = startWindow();
  }, windowMs).unref();

  const gauge = new Gauge({
    name: 'event_loop_lag_seconds',
    help: 'Event loop lag over the last 30 to 60 seconds, worst process',
    labelNames: ['quantile'] as const,
    aggregator: 'max',
    registers: [registry],
    collect() {
      const worst = (read: (window: Window) => number): number => Math.max(...[current, previous].map((window) => (window ? read(window) : 0)));
      gauge.set({ quantile: '0.5' }, seconds(worst((window) => window.percentile(50))));
      gauge.set({ quantile: '0.99' }, seconds(worst((window) => window.percentile(99))));
      gauge.set({ quantile: '1' }, seconds(worst((window) => window.max)));
    },
  });
  return {
    close() {
      clearInterval(rotation);
      current.disable();
    },
  };
}

function startWindow(): Window {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return histogram;
}
