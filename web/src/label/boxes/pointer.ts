import { boxBetween, boxesAt, dragBox, gripAt, isWhole, type Corners, type Grip, type Point, type Size } from './geometry.ts';

/** What the pointer acts on. */
interface Target {
  readonly size: Size;
  readonly boxes: () => readonly Corners[];
  readonly selected: () => number | undefined;
  /** False while the boxes are being sent. */
  readonly isOpen: () => boolean;
  readonly select: (index: number | undefined) => void;
  readonly drag: (index: number, box: Corners, step: string) => void;
  /** The box of the drag so far; undefined when it ends. */
  readonly draft: (box: Corners | undefined) => void;
  readonly add: (box: Corners) => void;
  readonly undo: () => void;
}

interface Gesture {
  readonly pointer: number;
  readonly step: string;
  readonly from: Point;
  /** What is dragged; undefined draws a new box. */
  readonly dragged: { readonly index: number; readonly box: Corners; readonly grip: Grip } | undefined;
  hasMoved: boolean;
}

/** How far from a side it is gripped, and from where on a press is a drag, in pixels of the screen. */
const reaches = { mouse: 8, touch: 20 };
const stillWithin = 4;

/**
 * Mouse, pen and touch over a picture: a drag draws a box, a click selects the smallest box below it, or the next larger one when that
 * is selected already, and the selected box is dragged by its sides, its corners or as a whole.
 */
export class BoxPointer {
  readonly #layer: HTMLElement;
  readonly #target: Target;
  #gesture: Gesture | undefined;
  #gestures = 0;

  constructor(layer: HTMLElement, target: Target) {
    this.#layer = layer;
    this.#target = target;
    // The press decides what is focused, not the element that happens to lie uppermost.
    layer.addEventListener('mousedown', (event) => event.preventDefault());
    layer.addEventListener('pointerdown', (event) => this.#press(event));
    layer.addEventListener('pointermove', (event) => this.#move(event));
    layer.addEventListener('pointerup', (event) => this.#release(event));
    layer.addEventListener('pointercancel', () => this.cancel());
  }

  /** Ends a drag as if it had not begun. */
  cancel(): void {
    const gesture = this.#gesture;
    this.#gesture = undefined;
    this.#target.draft(undefined);
    if (gesture?.dragged && gesture.hasMoved) this.#target.undo();
  }

  #press(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0 || this.#gesture || !this.#target.isOpen()) return;
    const from = this.#pointOf(event);
    const [index, grip] = this.#gripped(event, from);
    this.#gestures += 1;
    this.#gesture = {
      pointer: event.pointerId,
      step: `drag ${this.#gestures}`,
      from,
      dragged: grip && { index, box: this.#target.boxes()[index]!, grip },
      hasMoved: false,
    };
    this.#layer.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const gesture = this.#gesture;
    const at = this.#pointOf(event);
    if (!gesture) {
      this.#layer.style.cursor = cursorOf(this.#gripped(event, at)[1]);
      return;
    }
    if (event.pointerId !== gesture.pointer) return;
    const by = { x: at.x - gesture.from.x, y: at.y - gesture.from.y };
    gesture.hasMoved ||= Math.hypot(by.x, by.y) > stillWithin * this.#pixelsPerScreenPixel();
    if (!gesture.hasMoved) return;
    const { dragged } = gesture;
    if (dragged) this.#target.drag(dragged.index, dragBox(dragged.box, dragged.grip, by, this.#target.size), gesture.step);
    else this.#target.draft(boxBetween(gesture.from, at, this.#target.size));
  }

  #release(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (!gesture || event.pointerId !== gesture.pointer) return;
    this.#gesture = undefined;
    this.#target.draft(undefined);
    if (!gesture.hasMoved) this.#click(gesture.from);
    else if (!gesture.dragged) this.#target.add(boxBetween(gesture.from, this.#pointOf(event), this.#target.size));
  }

  #click(point: Point): void {
    const found = boxesAt(this.#target.boxes(), point);
    const current = found.indexOf(this.#target.selected() ?? -1);
    this.#target.select(found[(current + 1) % Math.max(1, found.length)]);
  }

  #gripped({ pointerType }: PointerEvent, point: Point): [number, Grip | undefined] {
    const index = this.#target.selected() ?? -1;
    const box = this.#target.boxes()[index];
    const reach = (pointerType === 'touch' ? reaches.touch : reaches.mouse) * this.#pixelsPerScreenPixel();
    return [index, box && gripAt(box, point, reach)];
  }

  #pixelsPerScreenPixel(): number {
    return this.#target.size.width / Math.max(1, this.#layer.getBoundingClientRect().width);
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.#layer.getBoundingClientRect();
    const { size } = this.#target;
    return { x: ((clientX - left) / Math.max(1, width)) * size.width, y: ((clientY - top) / Math.max(1, height)) * size.height };
  }
}

function cursorOf(grip: Grip | undefined): string {
  if (!grip) return 'crosshair';
  if (isWhole(grip)) return 'move';
  if (grip.x === 0) return 'ns-resize';
  if (grip.y === 0) return 'ew-resize';
  return grip.x === grip.y ? 'nwse-resize' : 'nesw-resize';
}
