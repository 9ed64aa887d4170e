import type { LabelledBox } from './box-history.ts';
import type { Size } from './geometry.ts';

/** A box in words: its class, and where it lies in pixels. */
export function inWords({ class_name: name, bbox: [x1, y1, x2, y2] }: LabelledBox): string {
  const [left, top, width, height] = [x1, y1, x2 - x1, y2 - y1].map(Math.round) as [number, number, number, number];
  return `${name}: left ${left}, top ${top}, ${width} wide, ${height} high`;
}

/** Places an element over the part of the picture that a box takes. */
export function placeOver(element: HTMLElement, [x1, y1, x2, y2]: LabelledBox['bbox'], { width, height }: Size): void {
  const percent = (part: number, whole: number): string => `${(part / whole) * 100}%`;
  Object.assign(element.style, { left: percent(x1, width), top: percent(y1, height), width: percent(x2 - x1, width), height: percent(y2 - y1, height) });
}

/** Neighbouring classes get colours far apart: the golden angle. */
export function hueOf(name: string, labels: readonly string[]): string {
  return String(Math.round((Math.max(0, labels.indexOf(name)) * 137.5) % 360));
}

/** A box that takes the focus: a button with its class, and marks where the selected one can be gripped. */
export function makeBox(): HTMLButtonElement {
  const box = document.createElement('button');
  box.type = 'button';
  box.className = 'box';
  box.setAttribute('aria-roledescription', 'box');
  const name = document.createElement('span');
  name.className = 'name';
  const marks = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'].map((side) => {
    const mark = document.createElement('span');
    mark.className = `mark ${side}`;
    return mark;
  });
  box.append(name, ...marks);
  return box;
}

interface RowActions {
  /** Something of the row has the focus. */
  readonly point: (index: number) => void;
  /** Gives the focus to the box itself. */
  readonly select: (index: number) => void;
  readonly choose: (index: number, name: string) => void;
  readonly remove: (index: number) => void;
}

/** One line of the list of boxes: its number, its class, and a button that deletes it. */
export class BoxRow {
  readonly element = document.createElement('li');
  readonly #pick = document.createElement('button');
  readonly #classes = document.createElement('select');
  readonly #remove = document.createElement('button');

  /** @param hints keys that choose a class, by class */
  constructor(index: number, labels: readonly string[], hints: ReadonlyMap<string, string>, actions: RowActions) {
    const number = index + 1;
    this.#pick.type = 'button';
    this.#pick.className = 'pick';
    this.#pick.textContent = String(number);
    this.#pick.setAttribute('aria-label', `Select box ${number}`);
    this.#pick.addEventListener('click', () => actions.select(index));
    this.#classes.setAttribute('aria-label', `Class of box ${number}`);
    this.#classes.append(...labels.map((label) => new Option(hints.has(label) ? `${label} · ${hints.get(label)!}` : label, label)));
    this.#classes.addEventListener('change', () => actions.choose(index, this.#classes.value));
    this.#remove.type = 'button';
    this.#remove.className = 'remove';
    this.#remove.textContent = 'Delete';
    this.#remove.setAttribute('aria-label', `Delete box ${number}`);
    this.#remove.addEventListener('click', () => actions.remove(index));
    this.element.addEventListener('focusin', () => actions.point(index));
    this.element.append(this.#pick, this.#classes, this.#remove);
  }

  focusRemove(): void {
    this.#remove.focus();
  }

  show({ class_name: name }: LabelledBox, isSelected: boolean, hue: string): void {
    // A model that is not served any more may have known other classes.
    this.#classes.value = name;
    if (this.#classes.value !== name) this.#classes.append(new Option(name, name, false, true));
    this.#pick.setAttribute('aria-pressed', String(isSelected));
    this.element.style.setProperty('--hue', hue);
  }
}
