import { auroc } from './auroc.ts';

describe('auroc', () => {
  it('counts the pairs in which the known scores higher', () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([1, 3, 5], [2, 4])).toBeCloseTo(3 / 6);
  });

  it('counts equal scores half', () => {
    expect(auroc([2, 3], [1, 2])).toBe(3.5 / 4);
    expect(auroc([7, 7, 7], [7])).toBe(0.5);
  });
});
