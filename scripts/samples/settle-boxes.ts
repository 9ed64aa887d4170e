import type { Boxes } from './boxed-picture.ts';

/** Pixels that rounding and adding may move a side by. */
const tolerance = 0.01;
/** Most boxes of one picture, as the services take them. */
const mostBoxes = 300;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Brings boxes from a file together with those that are known: one that is the same up to rounding is taken as it was.
 *
 * @returns the boxes, and what cannot be right with them
 */
export function settleBoxes(boxes: Boxes, known: Boxes, labels: ReadonlySet<string>, { width, height }: Size): { boxes: Boxes; faults: string[] } {
  const faults: string[] = [];
  if (boxes.length > mostBoxes) return { boxes: [], faults: [`it has ${boxes.length} boxes; an image may have ${mostBoxes}`] };
  const left = new Set(known);
  const settled = boxes.map((box): Boxes[number] => {
    const [x1, y1, x2, y2] = box.bbox;
    const what = `the box ${[x1, y1, x2 - x1, y2 - y1].map((value) => Number(value.toFixed(2))).join(', ')} (x, y, width, height)`;
    const same = [...left].find((other) => isSame(box, other));
    if (same) {
      left.delete(same);
      return same;
    }
    if (!labels.has(box.class_name)) faults.push(`'${box.class_name}' is no class of the models; expected ${listOf(labels)}`);
    const bbox = [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)] as Boxes[number]['bbox'];
    if (!bbox.every((side, index) => Math.abs(side - box.bbox[index]!) <= tolerance))
      faults.push(`${what} is not within the image, ${width} by ${height} pixels`);
    else if (!(bbox[0] < bbox[2] && bbox[1] < bbox[3])) faults.push(`${what} is empty`);
    return { class_name: box.class_name, bbox };
  });
  return { boxes: settled, faults };
}

/** Whether two lists have the same boxes, in whatever order. */
export function haveSameBoxes(some: Boxes, others: Boxes): boolean {
  const left = new Set(others);
  return some.length === others.length && some.every((box) => left.delete(box));
}

function isSame(box: Boxes[number], other: Boxes[number]): boolean {
  return box.class_name === other.class_name && box.bbox.every((side, index) => Math.abs(side - other.bbox[index]!) <= tolerance);
}

const clamp = (value: number, most: number): number => Number(Math.min(most, Math.max(0, value)).toFixed(4));

function listOf(labels: ReadonlySet<string>): string {
  const names = [...labels];
  return names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} or one of ${names.length - 20} others`;
}
