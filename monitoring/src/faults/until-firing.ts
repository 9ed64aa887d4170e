import { setTimeout as sleep } from 'node:timers/promises';
import type { Prometheus } from '../verify/prometheus.ts';

/** Seconds after which an alert with these labels fires; undefined when it does not within the time. */
export async function untilFiring(prometheus: Prometheus, labels: Readonly<Record<string, string>>, withinSeconds: number): Promise<number | undefined> {
  const beganAt = performance.now();
  const matchers = Object.entries({ alertstate: 'firing', ...labels }).map(([name, value]) => `${name}="${value}"`);
  for (;;) {
    const seconds = (performance.now() - beganAt) / 1000;
    if ((await prometheus.query(`ALERTS{${matchers.join(',')}}`)).length > 0) return seconds;
    if (seconds > withinSeconds) return undefined;
    await sleep(500);
  }
}
