import { Classified, fuseClasses, type Verdict } from './classified.ts';

const usual = { top_k: 2, threshold: 0.5 };
const verdict = (probabilities: readonly number[], changes: Partial<Verdict> = {}): Verdict => ({
  probabilities,
  labels: ['rose', 'leaf', 'sky'],
  multiLabel: false,
  rejectBelow: undefined,
  ...changes,
});
const wire = (answer: Classified): unknown => JSON.parse(JSON.stringify(Object.assign({}, answer)));

describe('an answer', () => {
  it('is its best classes and no more', () => {
    expect(wire(new Classified(verdict([0.2, 0.7, 0.1]), usual))).toEqual({
      class_id: 1,
      class_name: 'leaf',
      confidence: 0.7,
      top: [
        { class_id: 1, class_name: 'leaf', confidence: 0.7 },
        { class_id: 0, class_name: 'rose', confidence: 0.2 },
      ],
      rejected: false,
      reject_reason: null,
    });
  });

  it('has all labels from the threshold on, beyond top_k as well', () => {
    const several = verdict([0.6, 0.5, 0.49], { multiLabel: true });
    const { top, labels } = new Classified(several, { top_k: 1, threshold: 0.5 });
    expect(top.map(({ class_name }) => class_name)).toEqual(['rose']);
    expect(labels!.map(({ class_name }) => class_name)).toEqual(['rose', 'leaf']);
    expect(new Classified(several, { top_k: 1, threshold: 0.7 }).labels).toEqual([]);
  });

  it('is rejected below the threshold of the manifest, with its best guess beside it', () => {
    const rejectBelow = 0.7;
    expect(new Classified(verdict([0.2, 0.69, 0.11], { rejectBelow }), usual)).toMatchObject({
      class_name: 'leaf',
      rejected: true,
      reject_reason: 'not-in-classes',
    });
    expect(new Classified(verdict([0.2, 0.7, 0.1], { rejectBelow }), usual)).toMatchObject({ rejected: false, reject_reason: null });
  });

  it('is as unsure as a tie of classes, or as the label nearest to a toss-up', () => {
    expect(new Classified(verdict([1, 0, 0]), usual).uncertainty).toBe(0);
    expect(new Classified(verdict([0.5, 0.5, 0]), { ...usual, top_k: 1 }).uncertainty).toBe(1);
    expect(new Classified(verdict([1, 0.9, 0], { multiLabel: true }), usual).uncertainty).toBeCloseTo(0.2);
    expect(new Classified(verdict([1, 1, 0], { multiLabel: true }), usual).uncertainty).toBe(0);
  });
});

describe('several answers as one', () => {
  const fuse = (...verdicts: Verdict[]) =>
    fuseClasses(
      verdicts.map((each) => new Classified(each, { top_k: 1, threshold: 0.99 })),
      usual,
    );

  it('have the mean of all probabilities, also of those that were not asked for', () => {
    const both = fuse(verdict([0.5, 0.4, 0.1]), verdict([0.1, 0.8, 0.1]));
    expect(both).toMatchObject({ class_name: 'leaf', labels: undefined, rejected: false });
    expect(both.top.map(({ confidence }) => Number(confidence.toFixed(6)))).toEqual([0.6, 0.3]);
  });

  it('have the labels over the threshold that was asked for', () => {
    const both = fuse(verdict([0.5, 0.9, 0.1], { multiLabel: true }), verdict([0.7, 0.3, 0.1], { multiLabel: true }));
    expect(both.labels!.map(({ class_name }) => class_name)).toEqual(['rose', 'leaf']);
  });

  it('are rejected by the mean of the thresholds, where all have one', () => {
    const [unsure, sure] = [verdict([0.5, 0.3, 0.2], { rejectBelow: 0.9 }), verdict([0.7, 0.2, 0.1], { rejectBelow: 0.5 })];
    expect(fuse(unsure, sure)).toMatchObject({ rejected: true, reject_reason: 'not-in-classes' });
    expect(fuse(unsure, { ...sure, rejectBelow: undefined })).toMatchObject({ rejected: false, reject_reason: null });
  });
});
