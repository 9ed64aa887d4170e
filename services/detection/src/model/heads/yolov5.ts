import { hasShape, type BoxFormat, type Head } from './head.ts';
import { readRows } from './rows.ts';

/**
 * YOLOv5, YOLOv7 and YOLOX as exported with their decoding: [n, anchors, 5 + classes], a row being a box in pixels of the
 * input, how sure it is that something is there, and of what; a confidence is the product of the two.
 */
export function yolov5(boxFormat: BoxFormat): Head {
  return {
    suppressed: false,
    expected: (classes) => `one output [batch, anchors, 5 + ${classes} classes]`,
    fits: ([output, ...others], classes) => others.length === 0 && hasShape(output, undefined, 5 + classes),

    read([output], wanted, into) {
      const columns = (start: number) => ({ data: output!.data as Float32Array, start, stride: 5 + wanted.classes });
      readRows({ count: output!.dims[1]!, boxes: columns(0), objectness: columns(4), scores: columns(5), boxFormat }, wanted, into);
    },
  };
}
