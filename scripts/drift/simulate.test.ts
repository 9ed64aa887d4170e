import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShortRun } from './short-run.ts';

let found: ShortRun;

// In a process of its own: looking up Math in jest's realm costs more than the simulation itself.
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', join(import.meta.dirname, 'short-run.ts')]);
  found = JSON.parse(stdout) as ShortRun;
});

test('a stable stream alarms no more often than was promised', () => {
  const { alarms, promised } = found;
  // Three deviations of a Poisson number.
  expect(alarms).toBeLessThanOrEqual(promised + 3 * Math.sqrt(promised));
  // A watch that never alarms would pass the line above.
  expect(alarms).toBeGreaterThan(0);
});

test.each([
  ['darker, by a third', 20],
  ['blurred slightly', 60],
  ['rotated by 15°', 80],
  ['other camera', 250],
])('%s: found within %i predictions, sooner than by fixed windows', (name, within) => {
  const { own, windows } = found.delays[name]!;
  expect(own).toBeLessThan(within);
  for (const delay of windows) expect(own).toBeLessThan(delay);
});
