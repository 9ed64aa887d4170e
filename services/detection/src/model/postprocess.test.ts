import { boxesScores } from './heads/boxes-scores.ts';
import { Candidates } from './heads/candidates.ts';
import type { BoxFormat } from './heads/head.ts';
import { toDetections, type Detection } from './postprocess.ts';

const options = { labels: ['cat', 'dog'], iouThreshold: 0.45, maxDetections: 100 };
/** A picture of 200x100 in a square of 100, centred. */
const geometry = { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 25, width: 200, height: 100 };

function detect(boxes: readonly number[], scores: readonly number[], boxFormat: BoxFormat = 'cxcywh', confThreshold = 0.25): Detection[] {
  const rows = boxes.length / 4;
  const outputs = [
    { type: 'float32', data: Float32Array.from(boxes), dims: [1, rows, 4] },
    { type: 'float32', data: Float32Array.from(scores), dims: [1, rows, 2] },
  ] as const;
  const candidates = new Candidates(confThreshold);
  boxesScores(boxFormat).read(outputs, { classes: 2, multiLabel: false }, candidates);
  return toDetections(candidates.toArray(), options, geometry);
}

describe('toDetections', () => {
  it('gives pixels of the image, best first', () => {
    expect(detect([50, 50, 20, 10, 20, 40, 10, 10], [0.1, 0.5, 0.875, 0])).toEqual([
      { class_id: 0, class_name: 'cat', confidence: 0.875, bbox: [30, 20, 50, 40] },
      { class_id: 1, class_name: 'dog', confidence: 0.5, bbox: [80, 40, 120, 60] },
    ]);
  });

  it('reads corners as well', () => {
    const [found] = detect([40, 45, 60, 55], [0, 0.5], 'xyxy');
    expect(found?.bbox).toEqual([80, 40, 120, 60]);
  });

  it('clips to the image and drops what is left of nothing', () => {
    const outside = [50, 10, 20, 10];
    const flat = [50, 50, 0, 10];
    const negative = [50, 50, -4, 10];
    const unknown = [Number.NaN, 50, 10, 10];
    const boxes = [0, 50, 1000, 1000, ...outside, ...flat, ...negative, ...unknown];
    const scores = Array.from({ length: 10 }, () => 0.5);
    expect(detect(boxes, scores).map(({ bbox }) => bbox)).toEqual([[0, 0, 200, 100]]);
  });

  it('keeps one name an object, and both of two overlapping classes', () => {
    const boxes = [50, 50, 20, 20, 50, 50, 20, 20, 51, 50, 20, 20];
    const scores = [0.75, 0.5, 0.5, 0.625, 0.5, 0.25];
    expect(detect(boxes, scores).map(({ class_name }) => class_name)).toEqual(['cat', 'dog']);
  });

  it('finds nothing below the threshold, nor in scores that are not numbers', () => {
    const boxes = [50, 50, 20, 20, 50, 50, 20, 20];
    expect(detect(boxes, [0.2, 0.1, Number.NaN, Number.NaN])).toEqual([]);
    expect(detect(boxes, [0, 0, 0, 0], 'cxcywh', 0)).toEqual([]);
  });
});
