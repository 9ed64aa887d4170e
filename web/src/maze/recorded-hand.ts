import type { Action } from '@facet/contracts';
import dislike from '../../../examples/hands/dislike.json';
import four from '../../../examples/hands/four.json';
import like from '../../../examples/hands/like.json';
import three from '../../../examples/hands/three.json';
import { blend, type Hand } from './hand.ts';

/** A hand for each gesture that the game ships with, from examples/. */
export const recordedHands: Readonly<Record<string, Hand>> = { like, dislike, four, three };

/** Frames from one gesture to the next. */
const turnFrames = 8;

/** Hands do not stand still: a slow sway and a quick tremble, in shares of the frame. */
function sway(hand: Hand, frame: number): Hand {
  const [dx, dy] = [0.02 * Math.sin(frame / 23), 0.015 * Math.sin(frame / 31 + 1)];
  const tremble = (index: number): number => 0.0015 * Math.sin(frame * 1.9 + index * 2.4);
  return {
    image: hand.image,
    landmarks: hand.landmarks.map(({ x, y }, index) => ({ x: x + dx + tremble(index), y: y + dy + tremble(index + 7) })),
  };
}

/** Plays shipped hands as a camera would show a player's: turning from gesture to gesture, never quite still. */
export class RecordedHand {
  readonly #gestureOf: ReadonlyMap<Action, string>;
  #gesture: string | undefined;
  #from: Hand | undefined;
  #turned = 0;
  #frame = 0;
  #last: Hand | undefined;

  /** @param actions what gestures mean at the service, by name */
  constructor(actions: Readonly<Record<string, Action>>) {
    this.#gestureOf = new Map(Object.entries(actions).flatMap(([gesture, action]) => (gesture in recordedHands ? [[action, gesture] as const] : [])));
  }

  /** The next frame of a hand that wants to go this way; null where no recorded gesture means that. */
  next(towards: Action): Hand | null {
    const gesture = this.#gestureOf.get(towards);
    if (gesture === undefined) return null;
    if (gesture !== this.#gesture) {
      this.#gesture = gesture;
      this.#from = this.#last;
      this.#turned = 0;
    }
    this.#frame += 1;
    this.#turned += 1;
    const goal = recordedHands[gesture]!;
    const share = Math.min(1, this.#turned / turnFrames);
    this.#last = this.#from && share < 1 ? blend(this.#from, goal, share) : goal;
    return sway(this.#last, this.#frame);
  }
}
