import { seeded } from '@facet/testkit';
import { agree, compareVersions } from './index.ts';
import { meanInterval } from './statistics/mean-interval.ts';
import { proportionInterval } from './statistics/proportion-interval.ts';
import { sampleRatio } from './statistics/sample-ratio.ts';

/** Share of runs in which the truth was left out at any of the looks. */
function everMissed(runs: number, run: (random: () => number) => boolean): number {
  return Array.from({ length: runs }, (_, index) => run(seeded(index + 1))).filter(Boolean).length / runs;
}

/** Three deviations above a level of 0.05, for so many runs. */
const allowed = (runs: number) => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);

describe('intervals that are looked at again and again', () => {
  const runs = 100;

  it('hold a proportion', () => {
    const missed = everMissed(runs, (random) => {
      let hits = 0;
      for (let n = 1; n <= 1000; n++) {
        hits += random() < 0.3 ? 1 : 0;
        if (n % 10 !== 0) continue;
        const { low, high } = proportionInterval(hits, n);
        if (low > 0.3 || high < 0.3) return true;
      }
      return false;
    });
    expect(missed).toBeLessThan(allowed(runs));
  });

  it('hold a mean, once there are some values', () => {
    const missed = everMissed(runs, (random) => {
      let [sum, squares] = [0, 0];
      for (let n = 1; n <= 2000; n++) {
        const value = -Math.log(1 - random());
        sum += value;
        squares += value * value;
        if (n < 100 || n % 10 !== 0) continue;
        const { low, high } = meanInterval({ n, sum, squares })!;
        if (low > 1 || high < 1) return true;
      }
      return false;
    });
    expect(missed).toBeLessThan(allowed(runs));
  });

  it('grow narrow, and know the edges', () => {
    const { low, high } = proportionInterval(9000, 10_000);
    expect(low).toBeGreaterThan(0.885);
    expect(high).toBeLessThan(0.914);
    expect(proportionInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(proportionInterval(0, 100)).toMatchObject({ low: 0 });
    expect(proportionInterval(0, 100).high).toBeLessThan(0.09);
    expect(proportionInterval(100, 100)).toMatchObject({ high: 1 });
    expect(meanInterval({ n: 1, sum: 1, squares: 1 })).toBeUndefined();
  });
});

describe('the sample ratio', () => {
  it('seldom cries wolf, however often it is looked at', () => {
    const runs = 100;
    const cried = everMissed(runs, (random) => {
      const counts = [0, 0];
      for (let n = 0; n < 2000; n++) {
        counts[random() < 0.8 ? 0 : 1]! += 1;
        if (n % 10 === 0 && sampleRatio(counts, [0.8, 0.2], 0.05).mismatch) return true;
      }
      return false;
    });
    expect(cried).toBeLessThan(allowed(runs));
  });

  it('finds requests that went astray', () => {
    expect(sampleRatio([5300, 4700], [0.5, 0.5])).toMatchObject({ mismatch: true });
    expect(sampleRatio([5030, 4970], [0.5, 0.5])).toMatchObject({ mismatch: false });
    expect(sampleRatio([100, 1], [1, 0])).toMatchObject({ mismatch: true });
    expect(sampleRatio([100, 0], [1, 0])).toMatchObject({ mismatch: false });
  });
});

describe('agree', () => {
  const box = (class_name: string, ...bbox: number[]) => ({ class_name, bbox });
  it('compares classes, and objects whatever their order', () => {
    expect(agree({ gesture: 'like' }, { gesture: 'like' })).toBe(true);
    expect(agree({ predicted_digit: 0 }, { predicted_digit: 6 })).toBe(false);
    const [cup, spoon] = [box('cup', 0, 0, 10, 10), box('spoon', 20, 20, 30, 30)];
    expect(agree({ detections: [cup, spoon] }, { detections: [spoon, box('cup', 1, 1, 10, 10)] })).toBe(true);
    expect(agree({ detections: [cup] }, { detections: [box('cup', 8, 8, 18, 18)] })).toBe(false);
    expect(agree({ detections: [cup] }, { detections: [cup, cup] })).toBe(false);
    expect(agree({ gesture: 'like' }, { detections: [] })).toBeUndefined();
  });

  it('compares classes of images, and of models with several labels all of these', () => {
    const several = (...names: string[]) => ({ class_name: names[0] ?? 'day', labels: names.map((class_name) => ({ class_name })) });
    expect(agree({ class_name: 'rose' }, { class_name: 'rose' })).toBe(true);
    expect(agree({ class_name: 'rose' }, { class_name: 'tulip' })).toBe(false);
    expect(agree(several('day', 'sea'), several('sea', 'day'))).toBe(true);
    expect(agree(several('day', 'sea'), several('day'))).toBe(false);
    expect(agree(several(), several())).toBe(true);
  });
});

test('versions are shown side by side', () => {
  const sums = { requests: 100, errors: 5, seconds: { n: 95, sum: 9.5, squares: 1 }, confidence: { n: 0, sum: 0, squares: 0 }, assigned: 60 };
  const agreements = [{ versions: ['v1', 'v2'] as const, compared: 10, agreed: 9 }];
  const { versions, sample_ratio: ratio, agreement } = compareVersions('digit', { v1: sums, v2: { ...sums, assigned: 40 } }, { v1: 60, v2: 40 }, agreements);
  expect(versions['v1']).toMatchObject({ requests: 100, errors: 5, error_rate: { mean: 0.05 }, latency_seconds: { mean: 0.1 }, confidence: null });
  expect(ratio).toMatchObject({ expected: { v1: 0.6, v2: 0.4 }, observed: { v1: 60, v2: 40 }, mismatch: false });
  expect(agreement[0]).toMatchObject({ compared: 10, agreed: 9, share: { mean: 0.9 } });
});
