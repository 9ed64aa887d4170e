import type { DigitAnswer } from '@facet/contracts';
import type { Asked } from '../api/ask.ts';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/** What one model reads: the digit, how sure it is, and ten bars. */
export class Reading {
  /** What the model is. */
  readonly about = document.createElement('span');
  readonly #digit = document.createElement('p');
  readonly #note = document.createElement('p');
  readonly #bars = new Map<string, { readonly item: HTMLElement; readonly fill: HTMLElement; readonly value: HTMLElement }>();

  constructor(panel: HTMLElement, version: string) {
    const title = document.createElement('h2');
    title.innerHTML = `<span class="tag">${version}</span>`;
    this.about.className = 'about muted small';
    const head = document.createElement('div');
    head.className = 'panel-head';
    head.append(title, this.about);
    this.#digit.className = 'digit';
    this.#note.className = 'muted small';
    const list = document.createElement('ul');
    list.className = 'bars';
    for (const digit of digits) {
      const item = document.createElement('li');
      item.innerHTML = `<span>${digit}</span><span class="bar"><span></span></span><span class="value"></span>`;
      this.#bars.set(digit, { item, fill: item.querySelector('.bar > span')!, value: item.querySelector('.value')! });
      list.append(item);
    }
    panel.replaceChildren(head, this.#digit, list, this.#note);
    this.clear();
  }

  show({ body, roundTripMs }: Asked<DigitAnswer>): void {
    this.#digit.textContent = String(body.predicted_digit);
    for (const [digit, { item, fill, value }] of this.#bars) {
      const share = body.all_probabilities[digit] ?? 0;
      fill.style.transform = `scaleX(${share})`;
      value.textContent = `${Math.round(share * 100)} %`;
      item.classList.toggle('first', digit === String(body.predicted_digit));
    }
    this.#note.textContent = `${(body.inference_time_seconds * 1000).toFixed(2)} ms in the model, ${roundTripMs.toFixed(0)} ms there and back`;
  }

  clear(): void {
    this.#digit.textContent = '–';
    this.#note.textContent = '';
    for (const { item, fill, value } of this.#bars.values()) {
      fill.style.transform = '';
      value.textContent = '';
      item.classList.remove('first');
    }
  }
}
