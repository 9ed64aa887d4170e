import { sigmoid } from './sigmoid.ts';

describe('sigmoid', () => {
  it('reads one row of a batch, each value for itself', () => {
    const [first, second] = sigmoid(Float32Array.of(9, 9, 0, Math.log(3)), 2, 2);
    expect(first).toBeCloseTo(0.5);
    expect(second).toBeCloseTo(0.75);
  });

  it('stays within 0 and 1, however large the logits', () => {
    expect(sigmoid(Float32Array.of(-1e30, 1e30, -800, 800), 0, 4)).toEqual([0, 1, 0, 1]);
  });
});
