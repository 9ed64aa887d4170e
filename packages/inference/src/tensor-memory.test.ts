import { freeTensors, giveFloats, takeFloats } from './tensor-memory.ts';

describe('memory of tensors', () => {
  it('is used again, by length, and never by two at once', () => {
    const [first, second] = [takeFloats(12), takeFloats(12)];
    expect(first).not.toBe(second);
    giveFloats(first);
    expect(takeFloats(13)).toHaveLength(13);
    expect(takeFloats(12)).toBe(first);
    expect(takeFloats(12)).not.toBe(first);
  });

  it('keeps no more than a few', () => {
    const given = Array.from({ length: 40 }, () => new Float32Array(5));
    for (const data of given) giveFloats(data);
    const again = given.map(() => takeFloats(5)).filter((data) => given.some((each) => each === data));
    expect(again.length).toBeLessThanOrEqual(8);
    for (let length = 100; length < 200; length++) giveFloats(new Float32Array(length));
    const kept = Array.from({ length: 100 }, (_, at) => new Float32Array(100 + at).fill(1)).filter((mine) => {
      giveFloats(mine);
      return takeFloats(mine.length) === mine;
    });
    expect(kept.length).toBeLessThanOrEqual(8);
  });

  it('is freed at once where it is not kept', () => {
    const given = Array.from({ length: 40 }, () => new Float32Array(7));
    for (const data of given) giveFloats(data);
    expect(given.filter(({ buffer }) => buffer.detached).length).toBeGreaterThanOrEqual(32);
  });

  it('is freed with tensors that have it to themselves, and not with views on more', () => {
    const [whole, more] = [new Float32Array(6), new Float32Array(6)];
    freeTensors({ whole: { type: 'float32', data: whole, dims: [1, 6] }, row: { type: 'float32', data: more.subarray(3), dims: [1, 3] } });
    expect([whole.length, more.length]).toEqual([0, 6]);
  });
});
