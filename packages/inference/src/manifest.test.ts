import { manifestSchema } from './manifest.ts';

const preprocessing = manifestSchema.shape.preprocessing;
const head = manifestSchema.shape.head;

const picture = {
  kind: 'picture',
  width: 224,
  height: 192,
  resize: { method: 'crop', shorterSide: 256 },
  interpolation: 'bicubic',
  colour: 'bgr',
  layout: 'nhwc',
  range: [-1, 1],
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

describe('how a classifier takes images', () => {
  it.each([
    {},
    { resize: { method: 'stretch' } },
    { resize: { method: 'letterbox', pad: 114 } },
    { colour: 'grey', mean: [0.5], std: [0.5] },
    { range: [0, 255], mean: [103.9, 116.8, 123.7] },
    { resize: { method: 'crop', shorterSide: 224 } },
  ])('may be %j', (changes) => {
    const value = { ...picture, ...changes };
    expect(preprocessing.safeParse(value)).toEqual({ success: true, data: value });
  });

  it.each([
    [{ mean: [0] }, 'expected a mean and a std for each channel'],
    [{ colour: 'grey' }, 'expected a mean and a std for each channel'],
    [{ std: [1, 1, 0] }, '>0'],
    [{ resize: { method: 'crop', shorterSide: 200 } }, 'expected a shorterSide that is no less than width and height'],
    [{ resize: { method: 'pad' } }, 'Invalid'],
    [{ range: [0, 2] }, 'Invalid'],
    [{ width: 4 }, '>=8'],
    [{ height: 4096 }, '<=2048'],
    [{ sizes: [1] }, 'Unrecognized key'],
  ])('may not be %j', (changes, message) => {
    expect(preprocessing.safeParse({ ...picture, ...changes }).error?.message).toContain(message);
  });
});

test('a head of classes says what its scores are', () => {
  expect(head.safeParse({ layout: 'classes', scores: 'logits', multiLabel: true }).success).toBe(true);
  expect(head.safeParse({ layout: 'classes', scores: 'probability' }).success).toBe(false);
  expect(head.safeParse({ layout: 'classes', scores: 'energy', multiLabel: false }).success).toBe(false);
});
