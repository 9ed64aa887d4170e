import { hasShape, type BoxFormat, type Head } from './head.ts';
import { readRows } from './rows.ts';

/** Two outputs: boxes [n, rows, 4] in pixels of the input, and probabilities [n, rows, classes]. */
export function boxesScores(boxFormat: BoxFormat): Head {
  return {
    suppressed: false,
    expected: (classes) => `boxes [batch, rows, 4] and scores [batch, rows, ${classes} classes]`,

    fits([boxes, scores, ...others], classes) {
      return others.length === 0 && hasShape(boxes, undefined, 4) && hasShape(scores, boxes![1] === -1 ? undefined : boxes![1], classes);
    },

    read([boxes, scores], wanted, into) {
      const rows = { count: boxes!.dims[1]!, boxFormat };
      const [boxData, scoreData] = [boxes!.data as Float32Array, scores!.data as Float32Array];
      readRows({ ...rows, boxes: { data: boxData, start: 0, stride: 4 }, scores: { data: scoreData, start: 0, stride: wanted.classes } }, wanted, into);
    },
  };
}
