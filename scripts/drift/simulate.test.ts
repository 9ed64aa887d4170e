import { digitFeatures } from '../../services/digit/src/model/features.ts';
import { shifts, stablePool } from './shifts.ts';
import { detectionDelay, falseAlarms, quantiles, windowDelay, type Setting } from './simulate.ts';

// The short form of `npm run drift`, whose numbers are in packages/drift/README.md.
const pool = stablePool();
const setting: Setting = { features: digitFeatures, falseAlarmEvery: 20_000, referenceSize: 2000 };
const seeds = [1, 2, 3];

test('a stable stream of 200,000 predictions alarms no more often than was promised', () => {
  const predictions = 200_000;
  const alarms = falseAlarms(setting, pool, predictions, 1);
  const promised = predictions / setting.falseAlarmEvery;
  // Three deviations of a Poisson number.
  expect(alarms).toBeLessThanOrEqual(promised + 3 * Math.sqrt(promised));
  // A watch that never alarms would pass the line above.
  expect(alarms).toBeGreaterThan(0);
}, 300_000);

test.each([
  ['darker, by a third', 20],
  ['blurred slightly', 60],
  ['rotated by 15°', 80],
  ['other camera', 250],
])(
  '%s: found within %i predictions, sooner than by fixed windows',
  (name, within) => {
    const change = { before: pool, after: shifts[name]!(), stable: 1000, most: 5000 };
    const own = quantiles(seeds.map((seed) => detectionDelay(setting, change, seed))).median;
    expect(own).toBeLessThan(within);
    for (const size of [200, 500]) expect(own).toBeLessThan(quantiles(seeds.map((seed) => windowDelay(setting, change, size, seed))).median);
  },
  120_000,
);
