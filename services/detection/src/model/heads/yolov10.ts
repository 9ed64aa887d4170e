import { hasShape, type Head } from './head.ts';

const width = 6;

/**
 * YOLOv10 and whatever was exported with suppression in its graph: [n, rows, 6], a row being x1, y1, x2, y2 in pixels of the
 * input, confidence, class. Rows beyond the objects hold a confidence of 0.
 */
export function yolov10(): Head {
  return {
    suppressed: true,
    expected: () => 'one output [batch, rows, 6] (x1, y1, x2, y2, confidence, class)',
    fits: ([output, ...others]) => others.length === 0 && hasShape(output, undefined, width),

    read([output], { classes }, into) {
      const data = output!.data as Float32Array;
      for (let at = 0; at < data.length; at += width) {
        const confidence = data[at + 4]!;
        if (!(confidence >= into.least)) continue;
        const name = data[at + 5]!;
        // The shape does not tell how many classes there are, so only an answer can show that labels are missing.
        if (!(name < classes)) throw new RangeError(`the model found class ${name}, but its manifest has labels for ${classes} classes only`);
        into.add({ class: name, confidence, corners: [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!] });
      }
    },
  };
}
