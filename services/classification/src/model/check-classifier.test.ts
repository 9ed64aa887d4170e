import { checkClassifier } from './check-classifier.ts';

type Checked = Parameters<typeof checkClassifier>[0];

const picture = {
  kind: 'picture',
  width: 40,
  height: 30,
  resize: { method: 'stretch' },
  interpolation: 'bilinear',
  colour: 'rgb',
  layout: 'nchw',
  range: [0, 1],
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const;
const tensor = (name: string, ...shape: number[]) => ({ name, datatype: 'FP32', shape }) as const;

function classifier(changes: Partial<Checked> = {}): Checked {
  return {
    preprocessing: picture as unknown as Checked['preprocessing'],
    head: { layout: 'classes', scores: 'logits', multiLabel: false },
    inputs: [tensor('pixels', -1, 3, 30, 40)],
    outputs: [tensor('scores', -1, 2)],
    labels: ['cat', 'dog'],
    rejection: undefined,
    ...changes,
  };
}

const withPicture = (changes: object) => ({ preprocessing: { ...picture, ...changes } as unknown as Checked['preprocessing'] });
const rejection = { score: 'energy', threshold: 1, accepted: 1, auroc: 1, scores: {}, classes: {}, command: '' } as const;

describe('checkClassifier', () => {
  it.each<[string, Partial<Checked>]>([
    ['planes of channels', {}],
    ['channels last', { ...withPicture({ layout: 'nhwc' }), inputs: [tensor('pixels', 1, 30, 40, 3)] }],
    ['grey', { ...withPicture({ colour: 'grey', mean: [0], std: [1] }), inputs: [tensor('pixels', -1, 1, 30, 40)] }],
    ['scores with sides of one', { outputs: [tensor('scores', -1, 2, 1, 1)] }],
    ['a threshold of confidence', { rejection: { ...rejection, score: 'max-probability' } }],
  ])('accepts %s', (_, changes) => {
    expect(checkClassifier(classifier(changes))).toBeUndefined();
  });

  it.each<[string, Partial<Checked>, string]>([
    ['another kind', { preprocessing: { kind: 'ink', size: 28, box: 20, range: [0, 1] } }, 'it takes ink, expected an image'],
    ['no head', { head: undefined }, "its manifest has no 'head' of layout 'classes'"],
    ["a detector's head", { head: { layout: 'yolov10' } }, "its manifest has no 'head' of layout 'classes'"],
    ['another size', withPicture({ width: 30 }), "its input 'pixels' is [any, 3, 30, 40] of FP32, expected [batch, 3, 30, 30] of FP32"],
    ['another layout', withPicture({ layout: 'nhwc' }), 'expected [batch, 30, 40, 3] of FP32'],
    ['bytes', { inputs: [{ ...tensor('pixels', -1, 3, 30, 40), datatype: 'UINT8' }] }, "its input 'pixels' is [any, 3, 30, 40] of UINT8"],
    ['other labels', { labels: ['cat'] }, "its first output 'scores' is [any, 2] of FP32, expected a value of FP32 for each of its 1 labels"],
    ['a map of scores', { outputs: [tensor('scores', -1, 2, 7, 7)] }, "its first output 'scores' is [any, 2, 7, 7] of FP32"],
    ['energy', { rejection }, 'its rejection goes by energy, expected max-probability'],
  ])('refuses %s', (_, changes, sentence) => {
    expect(checkClassifier(classifier(changes))).toContain(sentence);
  });
});
