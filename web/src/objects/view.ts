import type { DetectionAnswer } from '@facet/contracts';
import type { Asked } from '../api/ask.ts';

type Detection = DetectionAnswer['detections'][number];

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** One model's look at the picture: its boxes, a list of them for who cannot see them, and where the time went. */
export class View {
  /** What the model is. */
  readonly about = make('span', 'about muted small');
  readonly #picture = make('canvas');
  readonly #boxes = make('div', 'boxes');
  readonly #found = make('p', 'muted small');
  readonly #stages = make('dl', 'stages small');
  readonly #note = make('p', 'muted small');
  #answer: DetectionAnswer | undefined;

  constructor(panel: HTMLElement, version: string) {
    const title = make('h2');
    const tag = make('span', 'tag');
    tag.textContent = version;
    title.append(tag);
    const head = make('div', 'panel-head');
    head.append(title, this.about);
    const figure = make('figure', 'picture');
    this.#picture.setAttribute('role', 'img');
    this.#picture.setAttribute('aria-label', 'The picture');
    figure.append(this.#picture, this.#boxes);
    panel.replaceChildren(head, figure, this.#found, this.#stages, this.#note);
  }

  /** Shows the picture that was asked about, with what was found in it. */
  show(source: CanvasImageSource, { body, roundTripMs, stages }: Asked<DetectionAnswer>, threshold: number, note: string): void {
    const [height, width] = body.image_shape;
    if (this.#picture.width !== width || this.#picture.height !== height) Object.assign(this.#picture, { width, height });
    this.#picture.getContext('2d')!.drawImage(source, 0, 0, width, height);
    this.#answer = body;
    this.showAbove(threshold);
    this.#showStages(stages);
    this.#note.textContent = `${roundTripMs.toFixed(0)} ms there and back${note}`;
  }

  /** Shows what is surer than the threshold. */
  showAbove(threshold: number): void {
    if (!this.#answer) return;
    const [height, width] = this.#answer.image_shape;
    const shown = this.#answer.detections.filter(({ confidence }) => confidence >= threshold);
    // The largest lies lowest, so that no name is hidden behind that of a table.
    const layers = shown.toSorted((a, b) => areaOf(b) - areaOf(a));
    this.#boxes.replaceChildren(...layers.map((detection) => boxOf(detection, width, height)));
    this.#found.textContent =
      shown.length === 0 ? 'Nothing above the threshold.' : shown.map(({ class_name: name, confidence }) => `${name} ${percent(confidence)}`).join(', ');
  }

  #showStages(stages: Asked<unknown>['stages']): void {
    const longest = Math.max(...stages.map(({ ms }) => ms), 0.001);
    const rows = stages.map(({ name, ms }) => {
      const row = make('div');
      const [term, bar, fill, value] = [make('dt'), make('dd', 'bar'), make('span'), make('dd', 'ms')];
      term.textContent = name;
      fill.style.transform = `scaleX(${ms / longest})`;
      bar.append(fill);
      value.textContent = `${ms.toFixed(1)} ms`;
      row.append(term, bar, value);
      return row;
    });
    this.#stages.replaceChildren(...rows);
  }
}

function areaOf({ bbox: [x1, y1, x2, y2] }: Detection): number {
  return (x2 - x1) * (y2 - y1);
}

function boxOf({ class_id: id, class_name: name, confidence, bbox: [x1, y1, x2, y2] }: Detection, width: number, height: number): HTMLElement {
  const box = make('div', 'found');
  const label = make('span');
  label.textContent = `${name} ${percent(confidence)}`;
  Object.assign(box.style, {
    left: `${(x1 / width) * 100}%`,
    top: `${(y1 / height) * 100}%`,
    width: `${((x2 - x1) / width) * 100}%`,
    height: `${((y2 - y1) / height) * 100}%`,
  });
  // Colours far apart for neighbouring classes: the golden angle.
  box.style.setProperty('--hue', String(Math.round((id * 137.5) % 360)));
  box.append(label);
  return box;
}
