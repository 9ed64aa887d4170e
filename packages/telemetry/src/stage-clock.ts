/** The stages of an inference request, in the order in which it passes them; `forward` is the gateway's wait for the service. */
export const stages = ['receive', 'decode', 'preprocess', 'queue', 'infer', 'postprocess', 'forward'] as const;

export type Stage = (typeof stages)[number];

const indexOf: Readonly<Record<Stage, number>> = { receive: 0, decode: 1, preprocess: 2, queue: 3, infer: 4, postprocess: 5, forward: 6 };

/** Most stages take less than a millisecond, and a number's shortest text is slow to find. */
const thousandths = Array.from({ length: 1000 }, (_, microseconds) => String(microseconds / 1000));

function inMilliseconds(microseconds: number): string {
  return thousandths[microseconds] ?? String(microseconds / 1000);
}

/**
 * Says where a request's time went.
 *
 * A request walks one line, so a stage is what passed since the last mark: no start calls, no timer per stage.
 */
export class StageClock {
  readonly startedAt: number;
  #last: number;
  // An array of its own kind costs more to make than all the marks of a request.
  readonly #spent = [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN];

  constructor(now = performance.now()) {
    this.startedAt = now;
    this.#last = now;
  }

  /** Ends a stage now: all since the last mark was spent in it. */
  mark(stage: Stage, now = performance.now()): void {
    this.add(stage, now - this.#last);
    this.#last = now;
  }

  /** Adds time to a stage, for items that pass it more than once or side by side. */
  add(stage: Stage, elapsedMs: number): void {
    const index = indexOf[stage];
    const before = this.#spent[index]!;
    this.#spent[index] = Number.isNaN(before) ? elapsedMs : before + elapsedMs;
  }

  /** Milliseconds spent in a stage; undefined when the request never came to it. */
  spent(stage: Stage): number | undefined {
    const value = this.#spent[indexOf[stage]]!;
    return Number.isNaN(value) ? undefined : value;
  }

  /** Milliseconds since the request began. */
  elapsed(now = performance.now()): number {
    return now - this.startedAt;
  }

  /** The stages that were passed, in milliseconds rounded to microseconds. */
  toJSON(): Partial<Record<Stage, number>> {
    const times: Partial<Record<Stage, number>> = {};
    for (let index = 0; index < stages.length; index += 1) {
      const value = this.#spent[index]!;
      if (!Number.isNaN(value)) times[stages[index]!] = Math.round(value * 1000) / 1000;
    }
    return times;
  }

  /** The same as text. */
  toText(): string {
    return `{${this.#join(',', '"', '":')}}`;
  }

  /** The value of a `Server-Timing` header. */
  toServerTiming(): string {
    return this.#join(', ', '', ';dur=');
  }

  /** The stages that were passed, with what stands between two of them, before a name and before its milliseconds. */
  #join(between: string, beforeName: string, beforeTime: string): string {
    let text = '';
    for (let index = 0; index < stages.length; index += 1) {
      const value = this.#spent[index]!;
      if (!Number.isNaN(value)) text += `${text === '' ? '' : between}${beforeName}${stages[index]!}${beforeTime}${inMilliseconds(Math.round(value * 1000))}`;
    }
    return text;
  }
}
