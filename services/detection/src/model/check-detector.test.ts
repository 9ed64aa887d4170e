import type { Manifest } from '@facet/inference';
import { checkDetector } from './check-detector.ts';

type Checked = Parameters<typeof checkDetector>[0];

const letterbox = {
  kind: 'letterbox',
  size: 64,
  colour: 'rgb',
  mean: [0, 0, 0],
  std: [255, 255, 255],
  anchor: 'centre',
  pad: 114,
  interpolation: 'bilinear',
} as const;
const tensor = (name: string, ...shape: number[]) => ({ name, datatype: 'FP32', shape }) as const;

function detector(head: Manifest['head'], ...shapes: number[][]): Checked {
  return {
    preprocessing: letterbox as unknown as Manifest['preprocessing'],
    head,
    inputs: [tensor('images', -1, 3, 64, 64)],
    outputs: shapes.map((shape, index) => tensor(`output${index}`, ...shape)),
    labels: ['cat', 'dog'],
  };
}

const yolov5 = { layout: 'yolov5', boxFormat: 'cxcywh' } as const;
const yolov8 = { layout: 'yolov8', boxFormat: 'cxcywh' } as const;
const pair = { layout: 'boxes-scores', boxFormat: 'xyxy', scores: 'probability' } as const;
const nanodet: Manifest['head'] = { layout: 'nanodet', strides: [8, 16, 32], bins: 8, offset: 0.5 };

describe('checkDetector', () => {
  it.each<[string, Checked]>([
    ['boxes and scores', detector(pair, [-1, 9, 4], [-1, 9, 2])],
    ['boxes and scores of any number', detector(pair, [-1, -1, 4], [-1, -1, 2])],
    ['yolov5', detector(yolov5, [1, 252, 7])],
    ['yolov8', detector(yolov8, [1, 6, 84])],
    ['yolov10', detector({ layout: 'yolov10' }, [1, 300, 6])],
    ['nanodet', detector(nanodet, [1, 84, 34])],
  ])('accepts %s', (_, manifest) => {
    expect(checkDetector(manifest)).toBeUndefined();
  });

  it.each<[string, Checked, string]>([
    [
      'a landmark model',
      { ...detector(yolov8, [1, 6, 84]), preprocessing: { kind: 'landmarks' } as Manifest['preprocessing'] },
      'it takes landmarks, expected a letterboxed image',
    ],
    ['no head', detector(undefined, [1, 6, 84]), "its manifest has no 'head' of a detector, expected one that says how the outputs are laid out"],
    [
      'a head of classes',
      detector({ layout: 'classes', scores: 'logits', multiLabel: false }, [1, 2]),
      "its manifest has no 'head' of a detector, expected one that says how the outputs are laid out",
    ],
    [
      'channels last',
      { ...detector(yolov8, [1, 6, 84]), inputs: [tensor('x', -1, 64, 64, 3)] },
      "its input 'x' is [any, 64, 64, 3], expected [batch, 3, 64, 64]",
    ],
    [
      'the other YOLO',
      detector(yolov8, [1, 84, 7]),
      "with 2 labels a head of layout 'yolov8' has one output [batch, 4 + 2 classes, anchors], but the model has 'output0' [1, 84, 7]",
    ],
    [
      'labels that are too few',
      detector(yolov5, [1, 252, 85]),
      "with 2 labels a head of layout 'yolov5' has one output [batch, anchors, 5 + 2 classes], but the model has 'output0' [1, 252, 85]",
    ],
    [
      'an output too many',
      detector(yolov5, [1, 252, 7], [1, 32, 16, 16]),
      "with 2 labels a head of layout 'yolov5' has one output [batch, anchors, 5 + 2 classes], but the model has 'output0' [1, 252, 7], 'output1' [1, 32, 16, 16]",
    ],
    [
      'scores of other rows',
      detector(pair, [1, 9, 4], [1, 8, 2]),
      "with 2 labels a head of layout 'boxes-scores' has boxes [batch, rows, 4] and scores [batch, rows, 2 classes], but the model has 'output0' [1, 9, 4], 'output1' [1, 8, 2]",
    ],
    [
      'nanodet of another size',
      detector(nanodet, [1, 3549, 34]),
      "with 2 labels a head of layout 'nanodet' has one output [batch, 84 points, 2 classes + 4 * 8], but the model has 'output0' [1, 3549, 34]",
    ],
  ])('refuses %s with a sentence', (_, manifest, sentence) => {
    expect(checkDetector(manifest)).toBe(sentence);
  });
});
