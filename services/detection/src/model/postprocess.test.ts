import { decodeDetections } from './postprocess.ts';

const options = { boxFormat: 'cxcywh', labels: ['cat', 'dog'], confThreshold: 0.25, iouThreshold: 0.45, maxDetections: 100 } as const;
/** A picture of 200x100 in a square of 100, centred. */
const geometry = { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 25, width: 200, height: 100 };

describe('decodeDetections', () => {
  it('gives pixels of the picture, best first', () => {
    const boxes = Float32Array.of(50, 50, 20, 10, 20, 40, 10, 10);
    const scores = Float32Array.of(0.1, 0.5, 0.875, 0);
    expect(decodeDetections(boxes, scores, options, geometry)).toEqual([
      { class_id: 0, class_name: 'cat', confidence: 0.875, bbox: [30, 20, 50, 40] },
      { class_id: 1, class_name: 'dog', confidence: 0.5, bbox: [80, 40, 120, 60] },
    ]);
  });

  it('reads corners as well', () => {
    const [found] = decodeDetections(Float32Array.of(40, 45, 60, 55), Float32Array.of(0, 0.5), { ...options, boxFormat: 'xyxy' }, geometry);
    expect(found?.bbox).toEqual([80, 40, 120, 60]);
  });

  it('clips to the picture and drops what is left of nothing', () => {
    const outside = [50, 10, 20, 10];
    const flat = [50, 50, 0, 10];
    const negative = [50, 50, -4, 10];
    const unknown = [Number.NaN, 50, 10, 10];
    const boxes = Float32Array.from([0, 50, 1000, 1000, ...outside, ...flat, ...negative, ...unknown]);
    const scores = Float32Array.from({ length: 10 }, () => 0.5);
    expect(decodeDetections(boxes, scores, options, geometry).map(({ bbox }) => bbox)).toEqual([[0, 0, 200, 100]]);
  });

  it('keeps one name an object, and both of two overlapping classes', () => {
    const boxes = Float32Array.of(50, 50, 20, 20, 50, 50, 20, 20, 51, 50, 20, 20);
    const scores = Float32Array.of(0.75, 0.5, 0.5, 0.625, 0.5, 0.25);
    expect(decodeDetections(boxes, scores, options, geometry).map(({ class_name }) => class_name)).toEqual(['cat', 'dog']);
  });

  it('finds nothing below the threshold, nor in scores that are not numbers', () => {
    const boxes = Float32Array.of(50, 50, 20, 20, 50, 50, 20, 20);
    expect(decodeDetections(boxes, Float32Array.of(0.2, 0.1, Number.NaN, Number.NaN), options, geometry)).toEqual([]);
    expect(decodeDetections(boxes, new Float32Array(4), { ...options, confThreshold: 0 }, geometry)).toEqual([]);
  });
});
