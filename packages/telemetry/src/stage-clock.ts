import { StageWriter, type StageTexts } from './stage-texts.ts';

/** The stages of an inference request, in the order in which it passes them; `forward` is the gateway's wait for the service. */
export const stages = ['receive', 'decode', 'preprocess', 'queue', 'infer', 'postprocess', 'forward'] as const;

export type Stage = (typeof stages)[number];

const indexOf: Readonly<Record<Stage, number>> = { receive: 0, decode: 1, preprocess: 2, queue: 3, infer: 4, postprocess: 5, forward: 6 };

const writer = new StageWriter(stages);

/**
 * Says where a request's time went.
 *
 * A request walks one line, so a stage is what passed since the last mark: no start calls, no timer per stage.
 */
export class StageClock {
  readonly startedAt: number;
  #last: number;
  /** The stages that were passed, a bit for each. */
  #passed = 0;
  /** What was told of it; undefined since a stage was added. */
  #texts: StageTexts | undefined;
  /** Milliseconds by stage. Fractions from the start, so that V8 keeps them as such; a typed array costs more to make than all marks of a request. */
  readonly #spent = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];

  constructor(now = performance.now()) {
    this.startedAt = now;
    this.#last = now;
  }

  /** Ends a stage now: all since the last mark was spent in it. Gives back the time, for others who want it: to ask for it is most of what a mark costs. */
  mark(stage: Stage, now = performance.now()): number {
    this.add(stage, now - this.#last);
    this.#last = now;
    return now;
  }

  /** Adds time to a stage, for items that pass it more than once or side by side. */
  add(stage: Stage, elapsedMs: number): void {
    const index = indexOf[stage];
    this.#spent[index] = this.#passed & (1 << index) ? this.#spent[index]! + elapsedMs : elapsedMs;
    this.#passed |= 1 << index;
    this.#texts = undefined;
  }

  /** Milliseconds spent in a stage; undefined when the request never came to it. */
  spent(stage: Stage): number | undefined {
    const index = indexOf[stage];
    return this.#passed & (1 << index) ? this.#spent[index] : undefined;
  }

  /** Calls back for each stage that was passed: its place in {@link stages}, and the milliseconds spent in it. */
  forEach(callback: (index: number, ms: number) => void): void {
    for (let index = 0; index < stages.length; index += 1) if (this.#passed & (1 << index)) callback(index, this.#spent[index]!);
  }

  /** Milliseconds since the request began. */
  elapsed(now = performance.now()): number {
    return now - this.startedAt;
  }

  /** The stages that were passed, in milliseconds rounded to microseconds. */
  toJSON(): Partial<Record<Stage, number>> {
    return JSON.parse(this.toText()) as Partial<Record<Stage, number>>;
  }

  /** The same as text. */
  toText(): string {
    return this.#told.json;
  }

  /** The value of a `Server-Timing` header. */
  toServerTiming(): string {
    return this.#told.header;
  }

  get #told(): StageTexts {
    return (this.#texts ??= writer.write(this.#spent, this.#passed));
  }
}
