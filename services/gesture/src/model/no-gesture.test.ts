import type { Rejection } from '@facet/inference';
import fc from 'fast-check';
import { judgeStranger } from './no-gesture.ts';

const energy: Rejection = { score: 'energy', threshold: 5, accepted: 0.95, auroc: 0.9, scores: {}, classes: {}, command: '' };
const likeliest: Rejection = { ...energy, score: 'max-probability', threshold: 0.8 };

describe('judgeStranger', () => {
  it('gives none the share that a class with the threshold for its logit would get', () => {
    const logits = Float32Array.of(1, 6, 2);
    const [a, b, c, none] = [1, 6, 2, 5].map((value) => Math.exp(value)) as [number, number, number, number];
    expect(judgeStranger(logits, 0.9, energy)).toEqual({ score: expect.closeTo(none / (a + b + c + none), 6), rejected: false });
    expect(judgeStranger(Float32Array.of(1, 1, 2), 0.9, energy).rejected).toBe(true);
  });

  it('holds the largest probability against its own threshold', () => {
    expect(judgeStranger(Float32Array.of(9, 9), 0.79, likeliest).rejected).toBe(true);
    expect(judgeStranger(Float32Array.of(-9, -9), 0.81, likeliest).rejected).toBe(false);
    expect(judgeStranger(Float32Array.of(9, 9), 0.8, likeliest).score).toBeCloseTo(0.5);
    expect(judgeStranger(Float32Array.of(9, 9), 1, likeliest)).toEqual({ score: 0, rejected: false });
  });

  it('stays between 0 and 1 for any logits, rejects above a half alone, and falls as logits grow', () => {
    const values = fc.array(fc.float({ min: -500, max: 500, noNaN: true }), { minLength: 2, maxLength: 18 });
    fc.assert(
      fc.property(values, (drawn) => {
        const { score, rejected } = judgeStranger(Float32Array.from(drawn), 0.5, energy);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(rejected).toBe(score > 0.5);
        const higher = judgeStranger(
          Float32Array.from(drawn, (value) => value + 1),
          0.5,
          energy,
        );
        expect(higher.score).toBeLessThanOrEqual(score);
      }),
    );
  });
});
