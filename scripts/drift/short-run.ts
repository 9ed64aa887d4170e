import { digitFeatures } from '../../services/digit/src/model/features.ts';
import { shifts, stablePool } from './shifts.ts';
import { detectionDelay, falseAlarms, quantiles, windowDelay, type Setting } from './simulate.ts';

/** The short form of `npm run drift`, whose numbers are in packages/drift/README.md; prints what it found as JSON. */
export interface ShortRun {
  readonly promised: number;
  readonly alarms: number;
  /** By change: predictions until it was found, and until fixed windows of 200 and 500 found it; medians. */
  readonly delays: Readonly<Record<string, { readonly own: number; readonly windows: readonly number[] }>>;
}

const predictions = 200_000;
const seeds = [1, 2, 3];
const setting: Setting = { features: digitFeatures, falseAlarmEvery: 20_000, referenceSize: 2000 };
const pool = stablePool();

function delaysOf(name: string): ShortRun['delays'][string] {
  const change = { before: pool, after: shifts[name]!(), stable: 1000, most: 5000 };
  const median = (measure: (seed: number) => number) => quantiles(seeds.map(measure)).median;
  return {
    own: median((seed) => detectionDelay(setting, change, seed)),
    windows: [200, 500].map((size) => median((seed) => windowDelay(setting, change, size, seed))),
  };
}

const found: ShortRun = {
  promised: predictions / setting.falseAlarmEvery,
  alarms: falseAlarms(setting, pool, predictions, 1),
  delays: Object.fromEntries(['darker, by a third', 'blurred slightly', 'rotated by 15°', 'other camera'].map((name) => [name, delaysOf(name)])),
};
console.log(JSON.stringify(found));
