import { ask, Refusal } from '../api/ask.ts';
import { say } from '../page/element.ts';

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/** 'That was wrong': sends what is on the pad with the digit that it really is. */
export class Correction {
  readonly #panel: HTMLElement;
  readonly #says: HTMLElement;
  readonly #buttons: readonly HTMLButtonElement[];
  #picture: Blob | undefined;

  constructor(panel: HTMLElement, says: HTMLElement) {
    this.#panel = panel;
    this.#says = says;
    this.#buttons = digits.map((digit) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = digit;
      button.setAttribute('aria-label', `It is a ${digit}`);
      button.addEventListener('click', () => void this.#send(digit));
      return button;
    });
    panel.querySelector('.ten')!.replaceChildren(...this.#buttons);
  }

  /** @param picture what was read; undefined when there is nothing that could be wrong */
  about(picture: Blob | undefined): void {
    this.#picture = picture;
    this.#panel.hidden = picture === undefined;
    this.#enable(true);
    say(this.#says, '');
  }

  async #send(digit: string): Promise<void> {
    const picture = this.#picture;
    if (!picture) return;
    this.#enable(false);
    try {
      const body = JSON.stringify({ input: { image: await dataUrlOf(picture) }, truth: { label: digit } });
      await ask('digit/samples', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      if (picture === this.#picture) say(this.#says, `Kept as a ${digit}, to learn from.`);
    } catch (error) {
      if (picture !== this.#picture) return;
      const isOff = error instanceof Refusal && error.code === 'labelling-off';
      say(this.#says, isOff ? 'This host takes no labels.' : (error as Error).message, true);
      this.#enable(true);
    }
  }

  #enable(isEnabled: boolean): void {
    for (const button of this.#buttons) button.disabled = !isEnabled;
  }
}

function dataUrlOf(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(new Error('The picture cannot be read.')));
    reader.readAsDataURL(picture);
  });
}
