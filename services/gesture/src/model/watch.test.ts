import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handFeatures } from './features.ts';
import { readLandmarks, type Landmarks } from './landmarks.ts';
import { toFeatures } from './preprocess.ts';
import { handWatch } from './watch.ts';

const hand = readLandmarks(JSON.parse(readFileSync(join(__dirname, '../../../../examples/hand.json'), 'utf8')));
const answer = {
  gesture: 'like',
  gesture_id: 4,
  confidence: 0.9,
  probabilities: { like: 0.9, dislike: 0.1 },
  action: null,
  rejected: false,
  reject_reason: null,
};

function measured(landmarks: Landmarks): Record<string, number> {
  const row = handWatch.measure(answer, toFeatures(landmarks));
  return Object.fromEntries(handFeatures.map(({ name }, index) => [name, row[index]!]));
}

function moved(change: (x: number, y: number) => [number, number]): Landmarks {
  const points = Float64Array.from(hand.points);
  for (let at = 0; at < points.length; at += 2) [points[at], points[at + 1]] = change(points[at]!, points[at + 1]!);
  return { ...hand, points };
}

describe('how hands are watched', () => {
  const { image = { width: 1, height: 1 } } = hand;
  const aspect = image.width / image.height;
  const usual = measured(hand);

  it('a number a feature, of which place and size change none', () => {
    expect(Object.values(usual).every(Number.isFinite)).toBe(true);
    const elsewhere = measured(moved((x, y) => [2 * x + 0.1, 2 * y - 0.2]));
    for (const [name, value] of Object.entries(usual)) expect(elsewhere[name]).toBeCloseTo(value, 3);
  });

  it('a turned camera turns the hand and nothing else of its shape', () => {
    const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
    const turned = measured(moved((x, y) => [(cos * x * aspect - sin * y) / aspect, sin * x * aspect + cos * y]));
    const difference = ((((turned['rotation']! - usual['rotation']! + 540) % 360) + 360) % 360) - 180;
    expect(difference).toBeCloseTo((0.3 * 180) / Math.PI, 1);
    for (const name of ['chirality', 'spread', 'curl', 'palm']) expect(turned[name]).toBeCloseTo(usual[name]!, 3);
  });

  it('a mirrored image shows', () => {
    expect(measured(moved((x, y) => [1 - x, y]))['chirality']).toBeCloseTo(-usual['chirality']!, 4);
  });

  it("a hand that trembles is the same, one that turns or is another person's is not", () => {
    const bits = (word: number): number => (word === 0 ? 0 : 1 + bits(word & (word - 1)));
    const usualPrint = handWatch.fingerprint(toFeatures(hand));
    const distance = (other: Landmarks): number =>
      handWatch.fingerprint(toFeatures(other)).reduce((sum, word, index) => sum + bits((word ^ usualPrint[index]!) >>> 0), 0);
    let step = 0;
    expect(distance(moved((x, y) => [x + 0.0005 * Math.sin((step += 1)), y + 0.0005 * Math.cos(step)]))).toBeLessThanOrEqual(2);
    const [cos, sin] = [Math.cos(0.4), Math.sin(0.4)];
    expect(distance(moved((x, y) => [(cos * x * aspect - sin * y) / aspect, sin * x * aspect + cos * y]))).toBeGreaterThan(2);
    step = 0;
    expect(distance(moved((x, y) => [x + 0.03 * Math.sin((step += 1)), y + 0.03 * Math.cos(step)]))).toBeGreaterThan(2);
  });

  it('the same hand has the same fingerprint, and its sample can be read again', () => {
    expect(handWatch.fingerprint(toFeatures(moved((x, y) => [x + 0.01, y])))).toEqual(handWatch.fingerprint(toFeatures(hand)));
    const { bytes, extension } = handWatch.sample(hand);
    expect(extension).toBe('json');
    expect([...readLandmarks(JSON.parse(bytes.toString('utf8'))).points]).toEqual([...hand.points]);
  });
});
