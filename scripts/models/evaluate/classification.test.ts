import { calibrationError, judgeClassifier, macroF1, type Classified } from './classification.ts';

const answer = (truth: string, a: number): Classified => ({ truth, predicted: a >= 0.5 ? 'a' : 'b', probabilities: { a, b: 1 - a } });

describe('macroF1', () => {
  it('means the F1 of all classes, rare ones as much as frequent ones', () => {
    // a: precision 2/3, recall 1; b: precision 1, recall 1/2.
    expect(macroF1([answer('a', 0.9), answer('a', 0.9), answer('b', 0.9), answer('b', 0.1)])).toBeCloseTo((0.8 + 2 / 3) / 2);
    expect(macroF1([answer('a', 0.9)])).toBe(0.5);
  });
});

describe('calibrationError', () => {
  it('is the gap between how sure and how right, over bins of confidence', () => {
    // 0.9 sure and right half the time; 0.6 sure and always right.
    const answers = [answer('a', 0.9), answer('b', 0.9), answer('b', 0.4), answer('b', 0.4)];
    expect(calibrationError(answers)).toBeCloseTo((2 * 0.4 + 2 * 0.4) / 4);
    expect(calibrationError([answer('a', 1), answer('b', 0)])).toBe(0);
  });
});

describe('judgeClassifier', () => {
  it('says of how many items it speaks', () => {
    expect(judgeClassifier([answer('a', 0.9), answer('b', 0.8)], 10)).toEqual([
      expect.objectContaining({ metric: 'accuracy', value: 0.5, kind: 'share', samples: 2, of: 10 }),
      expect.objectContaining({ metric: 'macro F1', kind: 'higher' }),
      expect.objectContaining({ metric: 'expected calibration error', value: expect.closeTo(0.45), kind: 'lower' }),
    ]);
  });
});
