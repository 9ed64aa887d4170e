import { fuseBoxes, type FoundBox } from './fuse-boxes.ts';

const box = (confidence: number, corners: FoundBox['corners'], name = 0): FoundBox => ({ class: name, confidence, corners });

// What the authors' own code makes of the same boxes is held against this in training/tests/test_weighted_boxes_fusion.py.
describe('fuseBoxes', () => {
  it('makes one box of those that two models see in one place, nearer to what the surer one says', () => {
    const [fused, ...others] = fuseBoxes([[box(0.9, [0, 0, 100, 100])], [box(0.3, [8, 0, 108, 100])]]);
    expect(others).toEqual([]);
    expect(fused!.confidence).toBeCloseTo(0.6);
    expect(fused!.corners).toEqual([2, 0, 102, 100].map((side) => expect.closeTo(side, 9)));
  });

  it('trusts half of what one of two models alone sees', () => {
    const fused = fuseBoxes([[box(0.9, [0, 0, 10, 10])], [box(0.6, [50, 50, 60, 60])]]);
    expect(fused.map(({ confidence }) => confidence)).toEqual([0.45, 0.3]);
  });

  it('keeps classes apart, and what overlaps too little', () => {
    expect(fuseBoxes([[box(0.9, [0, 0, 10, 10])], [box(0.9, [0, 0, 10, 10], 1)]])).toHaveLength(2);
    expect(fuseBoxes([[box(0.9, [0, 0, 10, 10])], [box(0.9, [3, 0, 13, 10])]])).toHaveLength(2);
    expect(fuseBoxes([[], []])).toEqual([]);
  });
});
