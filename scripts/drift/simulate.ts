import { distributionOf, Monitor, referenceOf, type Feature, type Reference } from '../../packages/drift/src/index.ts';
import { kolmogorovSmirnov } from '../../packages/drift/src/statistics/kolmogorov-smirnov.ts';
import { chiSquared } from '../../packages/drift/src/statistics/chi-squared.ts';
import { seeded } from '@facet/testkit';
import type { Pool } from './shifts.ts';

export interface Setting {
  readonly features: readonly Feature[];
  readonly falseAlarmEvery: number;
  readonly referenceSize: number;
}

const about = { task: 'simulated', version: 'v1', source: 'simulated', created: '2026-01-01T00:00:00Z' };

function drawn(pool: Pool, random: () => number): number[] {
  return pool[Math.trunc(random() * pool.length)]!;
}

function monitorOf({ features, falseAlarmEvery }: Setting, reference: Reference, random: () => number): Monitor {
  return new Monitor({ task: 'simulated', version: 'v1', features, falseAlarmEvery, windowSize: 20, random }, reference);
}

function referenceFrom({ features, referenceSize }: Setting, pool: Pool, random: () => number): Reference {
  return referenceOf(
    features,
    Array.from({ length: referenceSize }, () => drawn(pool, random)),
    about,
  );
}

/** Alarms on a stream in which nothing changes; after each the watch begins anew. */
export function falseAlarms(setting: Setting, pool: Pool, predictions: number, seed: number): number {
  const random = seeded(seed);
  let monitor = monitorOf(setting, referenceFrom(setting, pool, random), random);
  let alarms = 0;
  for (let count = 0; count < predictions; count++) {
    if (!monitor.observe(drawn(pool, random))) continue;
    alarms += 1;
    monitor = monitorOf(setting, referenceFrom(setting, pool, random), random);
  }
  return alarms;
}

export interface Change {
  readonly before: Pool;
  readonly after: Pool;
  /** Predictions before the change. */
  readonly stable: number;
  /** Where the search is given up. */
  readonly most: number;
}

/**
 * Predictions from a change to the alarm; `most` where none came. A false alarm before the change begins the watch anew.
 */
export function detectionDelay(setting: Setting, { before, after, stable, most }: Change, seed: number): number {
  const random = seeded(seed);
  const reference = referenceFrom(setting, before, random);
  let monitor = monitorOf(setting, reference, random);
  for (let count = 0; count < stable; count++) if (monitor.observe(drawn(before, random))) monitor = monitorOf(setting, reference, random);
  for (let count = 1; count <= most; count++) if (monitor.observe(drawn(after, random))) return count;
  return most;
}

/**
 * The same with the usual test: every so many predictions, each feature of that window is held against the reference by
 * Kolmogorov and Smirnov, classes by chi-squared, at a level that is corrected for the number of features and set so that a false
 * alarm is expected as rarely as above.
 */
export function windowDelay(setting: Setting, { before, after, most }: Change, windowSize: number, seed: number): number {
  const random = seeded(seed);
  const reference = referenceFrom(setting, before, random);
  const watched = setting.features.flatMap((feature, column) => {
    const distribution = reference.features[feature.name];
    return distribution ? [{ feature, column, distribution }] : [];
  });
  const level = windowSize / setting.falseAlarmEvery / watched.length;
  // The change falls anywhere in a window.
  let window = Array.from({ length: Math.trunc(random() * windowSize) }, () => drawn(before, random));
  for (let count = 1; count <= most; count++) {
    window.push(drawn(after, random));
    if (window.length < windowSize) continue;
    const rows = window;
    window = [];
    for (const { feature, column, distribution } of watched) {
      const sample = distributionOf(
        rows.map((row) => row[column]!),
        rows.length,
      );
      const test = feature.categories ? chiSquared : kolmogorovSmirnov;
      if (test(sample, distribution).p < level) return count;
    }
  }
  return most;
}

/** The value that half of all lie below, and nine of ten. */
export function quantiles(values: readonly number[]): { median: number; most: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.trunc((sorted.length - 1) / 2)]!, most: sorted[Math.ceil(0.9 * sorted.length) - 1]! };
}
