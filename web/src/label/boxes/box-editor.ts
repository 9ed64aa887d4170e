import { keysOf } from '../choices.ts';
import { areSame, BoxHistory, type LabelledBox } from './box-history.ts';
import { BoxRow, hueOf, inWords, makeBox, placeOver } from './box-view.ts';
import { areaOf, boxInTheMiddle, dragBox, type Corners, type Point, type Size } from './geometry.ts';
import { BoxPointer } from './pointer.ts';

/** Most boxes of one picture, as the service takes them. */
const mostBoxes = 300;

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
/** A key that is held goes faster: by this part of the longer side at each repetition. */
const heldPart = 0.01;

interface EditorOptions {
  /** Lies over the picture. */
  readonly layer: HTMLElement;
  readonly list: HTMLElement;
  /** Read out when it changes. */
  readonly status: HTMLElement;
  /** Of the picture, in pixels, as a person sees it. */
  readonly size: Size;
  readonly labels: readonly string[];
  readonly boxes: readonly LabelledBox[];
  /** False while the boxes are being sent. */
  readonly isOpen: () => boolean;
  readonly onChange: () => void;
  /** Enter on a box. */
  readonly onDone: () => void;
}

/** Class of the box that was drawn or named last: the next one is often of the same. */
let lastClass: string | undefined;

/** The boxes of one picture, to be drawn, moved, resized, named and deleted by mouse, touch and keyboard. */
export class BoxEditor {
  readonly #options: EditorOptions;
  readonly #history: BoxHistory;
  readonly #start: readonly LabelledBox[];
  readonly #keys: ReadonlyMap<string, string>;
  readonly #hints: ReadonlyMap<string, string>;
  readonly #draft = document.createElement('div');
  readonly #pointer: BoxPointer;
  #elements: HTMLButtonElement[] = [];
  #rows: BoxRow[] = [];
  #selected: number | undefined;
  #presses = 0;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#start = options.boxes;
    this.#history = new BoxHistory(options.boxes);
    this.#keys = keysOf(options.labels);
    this.#hints = new Map([...this.#keys].map(([key, label]) => [label, key]));
    this.#draft.className = 'draft';
    this.#draft.hidden = true;
    options.layer.replaceChildren(this.#draft);
    options.list.replaceChildren();
    options.layer.addEventListener('keydown', (event) => this.#onKey(event));
    this.#pointer = new BoxPointer(options.layer, {
      size: options.size,
      boxes: () => this.boxes.map(({ bbox }) => bbox),
      selected: () => this.#selected,
      isOpen: options.isOpen,
      select: (index) => this.#select(index),
      drag: (index, bbox, step) => this.#change(() => this.#history.replace(index, { bbox }, step)),
      draft: (box) => this.#showDraft(box),
      add: (box) => this.#add(box),
      undo: () => this.undo(),
    });
    this.#show();
  }

  get boxes(): readonly LabelledBox[] {
    return this.#history.boxes;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  /** Whether anything here would be lost without being sent. */
  get isChanged(): boolean {
    return !areSame(this.boxes, this.#start);
  }

  undo(): void {
    if (!this.#options.isOpen() || !this.canUndo) return;
    this.#change(() => this.#history.undo());
    if (this.#selected !== undefined && this.#selected >= this.boxes.length) this.#select(undefined);
    this.#tell('Undone.');
  }

  /** Adds a box in the middle of the picture, for those who do not draw it. */
  addInTheMiddle(): void {
    if (this.#options.isOpen()) this.#add(boxInTheMiddle(this.#options.size));
  }

  #add(bbox: Corners): void {
    const { labels } = this.#options;
    const name = lastClass !== undefined && labels.includes(lastClass) ? lastClass : labels[0];
    if (name === undefined) return this.#tell('The model has no classes.');
    if (this.boxes.length >= mostBoxes) return this.#tell(`A picture can have ${mostBoxes} boxes.`);
    this.#change(() => this.#history.change([...this.boxes, { class_name: name, bbox }]));
    this.#select(this.boxes.length - 1);
    this.#tell(`New box, ${inWords(this.boxes.at(-1)!)}`);
  }

  /** @param isInList keep the focus in the list, where it was */
  #remove(index: number, isInList = false): void {
    if (!this.#options.isOpen()) return;
    const { class_name: name } = this.boxes[index]!;
    this.#change(() => this.#history.change(this.boxes.filter((_, at) => at !== index)));
    const next = this.boxes.length === 0 ? undefined : Math.min(index, this.boxes.length - 1);
    this.#select(next);
    if (isInList && next !== undefined) this.#rows[next]!.focusRemove();
    this.#tell(`Box ${index + 1} deleted: ${name}.`);
  }

  #choose(index: number, name: string): void {
    if (!this.#options.isOpen()) return this.#show();
    lastClass = name;
    this.#change(() => this.#history.replace(index, { class_name: name }));
    this.#tell(inWords(this.boxes[index]!));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.#elements.findIndex((element) => element === event.target);
    if (event.key === 'Escape') {
      this.#pointer.cancel();
      this.#select(undefined);
    } else if (index < 0 || !this.#onKeyOfBox(index, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @returns false for a key that is left to the page */
  #onKeyOfBox(index: number, { key, shiftKey, repeat }: KeyboardEvent): boolean {
    const [arrow, name] = [arrows[key], this.#keys.get(key.toLowerCase())];
    if (!arrow && name === undefined && !['Delete', 'Backspace', 'Enter'].includes(key)) return false;
    if (!this.#options.isOpen() || (repeat && !arrow)) return true;
    if (arrow) this.#nudge(index, arrow, shiftKey, repeat);
    else if (key === 'Enter') this.#options.onDone();
    else if (name === undefined) this.#remove(index);
    else this.#choose(index, name);
    return true;
  }

  #nudge(index: number, { x, y }: Point, isResized: boolean, isHeld: boolean): void {
    const { size } = this.#options;
    const step = isHeld ? Math.max(1, Math.round(heldPart * Math.max(size.width, size.height))) : 1;
    if (!isHeld) this.#presses += 1;
    const grip = { x: isResized && x !== 0 ? 1 : 0, y: isResized && y !== 0 ? 1 : 0 } as const;
    const bbox = dragBox(this.boxes[index]!.bbox, grip, { x: x * step, y: y * step }, size);
    this.#change(() => this.#history.replace(index, { bbox }, `press ${this.#presses}`));
    this.#tell(inWords(this.boxes[index]!));
  }

  #select(index: number | undefined): void {
    this.#selected = index;
    this.#show();
    this.#scrollToRow();
    const focused = index === undefined ? this.#options.layer : this.#elements[index]!;
    focused.focus({ preventScroll: true });
  }

  /** Selects what has the focus, or what is said of it in the list. */
  #point(index: number): void {
    if (this.#selected === index) return;
    this.#selected = index;
    this.#show();
    this.#scrollToRow();
  }

  /** Scrolls the list alone: the page stays where it is. */
  #scrollToRow(): void {
    const row = this.#selected === undefined ? undefined : this.#rows[this.#selected]?.element;
    if (!row) return;
    const { list } = this.#options;
    const [frame, place] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
    list.scrollTop += Math.min(0, place.top - frame.top) + Math.max(0, place.bottom - frame.bottom);
  }

  #change(change: () => void): void {
    change();
    this.#show();
    this.#options.onChange();
  }

  #tell(text: string): void {
    this.#options.status.textContent = text;
  }

  #showDraft(box: Corners | undefined): void {
    this.#draft.hidden = box === undefined;
    if (box) placeOver(this.#draft, box, this.#options.size);
  }

  #show(): void {
    const { list, labels, size } = this.#options;
    const { boxes } = this;
    while (this.#elements.length < boxes.length) this.#grow();
    for (const element of this.#elements.splice(boxes.length)) element.remove();
    for (const row of this.#rows.splice(boxes.length)) row.element.remove();
    const byArea = boxes.map(({ bbox }, index) => ({ index, area: areaOf(bbox) })).sort((a, b) => b.area - a.area);
    const ranks = new Map(byArea.map(({ index }, rank) => [index, rank]));
    for (const [index, box] of boxes.entries()) {
      const element = this.#elements[index]!;
      const isSelected = index === this.#selected;
      const hue = hueOf(box.class_name, labels);
      placeOver(element, box.bbox, size);
      element.classList.toggle('selected', isSelected);
      // The largest lies lowest, so that no box is hidden; the selected one uppermost, with its marks.
      element.style.zIndex = String(isSelected ? boxes.length : ranks.get(index)!);
      element.style.setProperty('--hue', hue);
      element.setAttribute('aria-label', `Box ${index + 1} of ${boxes.length}, ${inWords(box)}`);
      element.querySelector('.name')!.textContent = box.class_name;
      this.#rows[index]!.show(box, isSelected, hue);
    }
    list.hidden = boxes.length === 0;
  }

  #grow(): void {
    const { layer, list, labels } = this.#options;
    const element = makeBox();
    const index = this.#elements.push(element) - 1;
    element.addEventListener('focus', () => this.#point(index));
    const row = new BoxRow(index, labels, this.#hints, {
      point: (at) => this.#point(at),
      select: (at) => this.#select(at),
      choose: (at, name) => this.#choose(at, name),
      remove: (at) => this.#remove(at, true),
    });
    this.#rows.push(row);
    layer.append(element);
    list.append(row.element);
  }
}
