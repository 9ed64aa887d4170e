import { judgeNumbers } from './judge-numbers.ts';
import type { ProbedOutput } from './probe.ts';
import { recogniseHead } from './recognise-head.ts';

/** An output whose numbers come from their place: `at(row, column)` of [1, rows, columns]. */
function output(shape: readonly number[], at: (row: number, column: number) => number, name = 'output0'): ProbedOutput {
  const columns = shape.at(-1)!;
  const data = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) =>
    at(Math.trunc(index / columns), index % columns),
  );
  return { name, spec: { name, datatype: 'FP32', shape: [...shape] }, data, loud: [] };
}

/** A centre-based box that moves with its row, then scores. */
const centred = (row: number, column: number): number => [100 + row, 90 + row, 20, 30][column] ?? 0.25;
const corners = (row: number, column: number): number => [row, row, row + 20, row + 30][column] ?? 0.25;
const transposed = (at: typeof centred) => (row: number, column: number) => at(column, row);

const recognise = (outputs: ProbedOutput[], labels?: number, forced?: 'xyxy') => {
  const recognised = recogniseHead(outputs, 128, labels, 'x.onnx');
  return { head: judgeNumbers(recognised, forced, 'x.onnx'), classes: recognised.classes, outputs: recognised.outputs.map(({ name }) => name) };
};

describe('recogniseHead', () => {
  it.each([
    ['yolov8', [output([1, 84, 8400], transposed(centred))], { layout: 'yolov8', boxFormat: 'cxcywh' }, 80],
    ['yolov8 with corners', [output([1, 7, 84], transposed(corners))], { layout: 'yolov8', boxFormat: 'xyxy' }, 3],
    ['yolov5', [output([1, 252, 85], centred)], { layout: 'yolov5', boxFormat: 'cxcywh' }, 80],
    ['yolov5 of one class', [output([1, 252, 6], centred)], { layout: 'yolov5', boxFormat: 'cxcywh' }, 1],
    ['yolov5 with its feature maps', [output([1, 252, 85], centred), output([1, 3, 8, 8, 85], () => 0, 'raw')], { layout: 'yolov5', boxFormat: 'cxcywh' }, 80],
    ['yolov10', [output([1, 300, 6], (row, column) => (column < 5 ? corners(row, column) : row % 80))], { layout: 'yolov10' }, undefined],
    ['yolov10 that finds nothing', [output([1, 300, 6], () => 0)], { layout: 'yolov10' }, undefined],
    ['nanodet', [output([1, 336, 80 + 32], (_, column) => (column < 80 ? 0.01 : -3))], { layout: 'nanodet', strides: [8, 16, 32], bins: 8, offset: 0.5 }, 80],
    [
      'nanodet-plus',
      [output([1, 340, 80 + 32], (_, column) => (column < 80 ? 0.01 : -3))],
      { layout: 'nanodet', strides: [8, 16, 32, 64], bins: 8, offset: 0 },
      80,
    ],
  ])('knows %s', (_, outputs, head, classes) => {
    expect(recognise(outputs)).toMatchObject({ head, classes, outputs: ['output0'] });
  });

  it('puts boxes before scores, whatever their order and names', () => {
    const [scores, boxes] = [output([1, 50, 7], () => 0.5, 'confs'), output([1, 50, 4], corners, 'dets')];
    expect(recognise([scores, boxes])).toEqual({
      head: { layout: 'boxes-scores', boxFormat: 'xyxy', scores: 'probability' },
      classes: 7,
      outputs: ['dets', 'confs'],
    });
  });

  it('tells YOLOX, whose rows are as many as NanoDet’s, by the number of labels', () => {
    const rows = [output([1, 336, 85], centred)];
    expect(recognise(rows, 80).head).toEqual({ layout: 'yolov5', boxFormat: 'cxcywh' });
    expect(recognise(rows).head).toEqual({ layout: 'yolov5', boxFormat: 'cxcywh' });
    // A small input has fewer places than the model has classes.
    expect(recognise([output([1, 21, 85], centred)], 80).head).toEqual({ layout: 'yolov5', boxFormat: 'cxcywh' });
    expect(recognise([output([1, 84, 21], transposed(centred))], 80).head).toEqual({ layout: 'yolov8', boxFormat: 'cxcywh' });
  });

  it('believes who knows better', () => {
    expect(recognise([output([1, 252, 85], centred)], 80, 'xyxy').head).toEqual({ layout: 'yolov5', boxFormat: 'xyxy' });
  });

  it.each([
    [
      'masks',
      [output([1, 116, 8400], transposed(centred)), output([1, 32, 160, 160], () => 0, 'protos')],
      "its outputs are 'output0' [1, 116, 8400], 'protos' [1, 32, 160, 160]; expected one of",
    ],
    ['rows of all images together', [output([9, 7], () => 0)], "its outputs are 'output0' [9, 7]; expected one of"],
    ['boxes without scores', [output([1, 50, 4], corners)], 'expected one of'],
    ['two outputs that do not belong together', [output([1, 50, 4], corners), output([1, 40, 7], () => 0)], 'expected one of'],
    [
      'logits',
      [output([1, 84, 840], (row) => (row < 4 ? 100 : -7))],
      'x.onnx: expected scores that are probabilities from 0 to 1, found -7.00 to -7.00; export the model with its sigmoid.',
    ],
    [
      'shares of the image',
      [output([1, 84, 840], (row) => (row < 4 ? 0.3 : 0.1))],
      'x.onnx: expected boxes in pixels of its input, found none beyond 0.300; export the model without normalised boxes.',
    ],
    [
      'boxes not yet decoded',
      [output([1, 252, 85], (_, column) => [1, 2, -1.5, 3][column] ?? 0.1)],
      'x.onnx: expected decoded boxes, found some of negative size',
    ],
  ])('refuses %s', (_, outputs, sentence) => {
    expect(() => recognise(outputs)).toThrow(sentence);
  });
});
