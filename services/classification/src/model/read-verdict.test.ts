import type { Manifest } from '@facet/inference';
import { compareClasses } from './compare-classes.ts';
import { readVerdict } from './read-verdict.ts';

function read(scores: readonly number[], head: Manifest['head'], changes: Partial<Manifest> = {}) {
  const manifest = { head, labels: ['a', 'b'], outputs: [{ name: 'out', datatype: 'FP32', shape: [-1, 2] }], ...changes } as unknown as Manifest;
  return readVerdict({ out: { type: 'float32', data: Float32Array.from(scores), dims: [1, 2] } }, manifest);
}

const head = (scores: 'logits' | 'probability', multiLabel = false) => ({ layout: 'classes', scores, multiLabel }) as const;

describe('readVerdict', () => {
  it.each([
    ['logits by softmax', [0, Math.log(3)], head('logits'), [0.25, 0.75]],
    ['logits of labels by a sigmoid each', [0, Math.log(3)], head('logits', true), [0.5, 0.75]],
    ['probabilities as they are', [0.25, 0.75], head('probability'), [0.25, 0.75]],
    ['those of labels too, within bounds', [1.0000001, -0.0000001], head('probability', true), [1, 0]],
  ] as const)('reads %s', (_, scores, of, expected) => {
    const { probabilities, multiLabel } = read(scores, of);
    expect(multiLabel).toBe(of.multiLabel);
    for (const [index, probability] of probabilities.entries()) expect(probability).toBeCloseTo(expected[index]!, 6);
    expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
  });

  it('takes the threshold of rejection along', () => {
    expect(read([0, 1], head('logits')).rejectBelow).toBeUndefined();
    expect(read([0, 1], head('logits'), { rejection: { threshold: 0.4 } as Manifest['rejection'] }).rejectBelow).toBe(0.4);
  });

  it('reads no other model', () => {
    expect(() => read([0, 1], { layout: 'yolov10' })).toThrow(TypeError);
  });
});

describe('compareClasses', () => {
  const answer = { verdict: read([0.51, 0.49], head('probability')) };
  it('allows what another decoder may move, also across a tie', () => {
    expect(compareClasses({}, answer)).toEqual([]);
    expect(compareClasses({ label: 'b', probabilities: { a: 0.495, b: 0.505 } }, answer)).toEqual([]);
  });

  it('says what is another answer', () => {
    expect(compareClasses({ label: 'a', probabilities: { a: 0.55 } }, answer)).toEqual([
      expect.stringMatching(/^\/probabilities\/a is 0\.5\d*, expected 0\.55 within 0\.02$/),
    ]);
    expect(compareClasses({ label: 'c', probabilities: { c: 0.5 } }, answer)).toHaveLength(1);
  });
});
