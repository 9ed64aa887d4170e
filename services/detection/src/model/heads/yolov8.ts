import { hasShape, toCorners, type BoxFormat, type Head } from './head.ts';

/**
 * YOLOv8, YOLOv9 and YOLO11: [n, 4 + classes, anchors], a plane for each side of the box, in pixels of the input, and one
 * for each class.
 */
export function yolov8(boxFormat: BoxFormat): Head {
  return {
    suppressed: false,
    expected: (classes) => `one output [batch, 4 + ${classes} classes, anchors]`,
    fits: ([output, ...others], classes) => others.length === 0 && hasShape(output, 4 + classes, undefined),

    read([output], { classes, multiLabel }, into) {
      const data = output!.data as Float32Array;
      const anchors = output!.dims[2]!;
      const add = (anchor: number, name: number, confidence: number) =>
        into.add({
          class: name,
          confidence,
          corners: toCorners(data[anchor]!, data[anchors + anchor]!, data[2 * anchors + anchor]!, data[3 * anchors + anchor]!, boxFormat),
        });

      // Plane by plane, as memory lies: anchor by anchor would miss the cache at every step.
      const bestClass = new Uint16Array(anchors);
      const best = new Float32Array(anchors);
      for (let c = 0, at = 4 * anchors; c < classes; c++) {
        for (let anchor = 0; anchor < anchors; anchor++, at++) {
          const value = data[at]!;
          if (value > best[anchor]!) {
            best[anchor] = value;
            bestClass[anchor] = c;
          }
          if (multiLabel && value >= into.least) add(anchor, c, value);
        }
      }
      if (multiLabel) return;
      for (let anchor = 0; anchor < anchors; anchor++) {
        const confidence = best[anchor]!;
        if (confidence >= into.least) add(anchor, bestClass[anchor]!, confidence);
      }
    },
  };
}
