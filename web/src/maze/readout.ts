import type { Action } from '@facet/contracts';
import { element } from '../page/element.ts';
import { Rate } from '../page/rate.ts';
import type { Seen } from './hand-link.ts';

const arrows: Readonly<Record<Action, string>> = { up: '↑ up', down: '↓ down', left: '← left', right: '→ right' };

/** The numbers beside the hand. */
export class Readout {
  readonly #parts = Object.fromEntries(['gesture', 'action', 'confidence', 'round-trip', 'frames', 'transport'].map((id) => [id, element(id, HTMLElement)]));
  readonly #rate = new Rate();

  show({ gesture, action, confidence, roundTripMs }: Seen): void {
    this.#set('gesture', gesture === null ? '–' : gesture.replaceAll('_', ' '));
    this.#set('action', action === null ? '–' : arrows[action]);
    this.#set('confidence', gesture === null ? '–' : `${Math.round(confidence * 100)} %`);
    this.#set('round-trip', `${roundTripMs.toFixed(1)} ms`);
    this.#set('frames', `${this.#rate.tick()} /s`);
  }

  showTransport(by: 'stream' | 'requests'): void {
    this.#set('transport', by);
  }

  clear(): void {
    for (const id of Object.keys(this.#parts)) this.#set(id, '–');
  }

  #set(id: string, text: string): void {
    this.#parts[id]!.textContent = text;
  }
}
