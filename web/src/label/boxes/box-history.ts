import type { Corners } from './geometry.ts';

/** One object of a picture. */
export interface LabelledBox {
  readonly class_name: string;
  readonly bbox: Corners;
}

type Boxes = readonly LabelledBox[];

const mostSteps = 200;

/** The boxes of one picture, and the steps that led to them. */
export class BoxHistory {
  #boxes: Boxes;
  #before: Boxes[] = [];
  #lastStep: string | undefined;

  constructor(start: Boxes) {
    this.#boxes = start;
  }

  get boxes(): Boxes {
    return this.#boxes;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** @param step changes with the same name that follow each other are undone together */
  change(boxes: Boxes, step?: string): void {
    if (areSame(boxes, this.#boxes)) return;
    if (step === undefined || step !== this.#lastStep) this.#before = [...this.#before, this.#boxes].slice(-mostSteps);
    this.#lastStep = step;
    this.#boxes = boxes;
  }

  /** @param index of the box that is changed */
  replace(index: number, changed: Partial<LabelledBox>, step?: string): void {
    this.change(
      this.#boxes.map((box, at) => (at === index ? { ...box, ...changed } : box)),
      step,
    );
  }

  undo(): void {
    this.#boxes = this.#before.pop() ?? this.#boxes;
    this.#lastStep = undefined;
  }
}

/** Whether two lists have the same boxes in the same order. */
export function areSame(some: Boxes, others: Boxes): boolean {
  return (
    some.length === others.length &&
    some.every(({ class_name, bbox }, index) => {
      const other = others[index]!;
      return class_name === other.class_name && bbox.every((side, at) => side === other.bbox[at]);
    })
  );
}
