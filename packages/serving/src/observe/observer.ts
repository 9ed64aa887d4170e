import type { Row } from '@facet/drift';
import { packRows } from '@facet/drift';
import { sendRequest } from '@facet/ipc';
import { fullBucket, takeTokens, type TokenBucket, type TokenRate } from '@facet/math';
import type { CallMeta } from '../task/call.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { SampleRecorder } from './sample-recorder.ts';
import { driftRows } from './topics.ts';
import type { Sight, Watch } from '../task/watch.ts';

/** One prediction that is to be looked at. */
interface Note<Input, Answer> {
  readonly model: ServedModel;
  /** Undefined where it came as a tensor: that is no sample to learn from. */
  readonly input: Input | undefined;
  readonly answer: Answer;
  readonly seen: unknown;
  readonly call: CallMeta;
}

interface ObserverOptions<Input, Answer> {
  readonly watch: Watch<Input, Answer, never>;
  readonly maxPerSecond: number;
  /** Whether rows go to the drift service. */
  readonly drift: boolean;
  readonly samples: SampleRecorder<Input, Answer> | undefined;
}

/** Rows are handed on so often. */
const handOnMs = 200;
/** Notes hold decoded pictures: no more than this many wait to be looked at. */
const maxNotes = 32;
/** A pause may be made up for with so many seconds' worth of predictions. */
const burstSeconds = 2;

/**
 * Looks at predictions after their answers have gone out: takes their features, hands them to where drift is watched, and picks those
 * worth keeping. It looks at so many a second at most, evenly, and lets the others pass, so that it costs the same whatever the load.
 */
export class Observer<Input, Answer extends object> {
  readonly #options: ObserverOptions<Input, Answer>;
  #notes: Note<Input, Answer>[] = [];
  #isScheduled = false;
  readonly #rows = new Map<string, Row[]>();
  #drifted: ReadonlySet<string> = new Set();
  readonly #rate: TokenRate;
  readonly #bucket: TokenBucket;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(options: ObserverOptions<Input, Answer>) {
    this.#options = options;
    this.#rate = { perSecond: options.maxPerSecond, capacity: options.maxPerSecond * burstSeconds };
    this.#bucket = fullBucket(this.#rate, performance.now());
    if (options.drift) this.#timer = setInterval(() => void this.#handOn(), handOnMs).unref();
  }

  /** Whether the next prediction is to be looked at: `predict` then leaves what it saw. */
  look(): Sight<unknown> | undefined {
    return takeTokens(this.#bucket, this.#rate, performance.now()) > 0 ? undefined : {};
  }

  /** Takes a prediction whose `predict` left something; it is looked at when the event loop has nothing else to do first. */
  note(note: Note<Input, Answer>): void {
    if (this.#notes.length >= maxNotes) return;
    this.#notes.push(note);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#lookAll());
  }

  /** Hands on all that was noted so far, for who wants to see it at once. */
  async flush(): Promise<void> {
    this.#lookAll();
    await this.#handOn();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#options.samples?.close();
  }

  #lookAll(): void {
    this.#isScheduled = false;
    const notes = this.#notes;
    this.#notes = [];
    for (const { model, input, answer, seen, call } of notes) {
      const { watch, drift, samples } = this.#options;
      const { version } = model;
      if (drift) {
        const rows = this.#rows.get(version) ?? [];
        this.#rows.set(version, rows);
        rows.push(watch.measure(answer, seen as never));
      }
      if (input !== undefined)
        samples?.consider({ model, input, answer, call, hasDrifted: this.#drifted.has(version), fingerprint: () => watch.fingerprint(seen as never) });
      watch.forget?.(seen as never);
    }
  }

  async #handOn(): Promise<void> {
    for (const [version, rows] of this.#rows) {
      this.#rows.delete(version);
      const payload = { version, rows: packRows(rows, this.#options.watch.features.length).toString('base64') };
      try {
        this.#drifted = new Set(await sendRequest(driftRows, payload));
      } catch {
        // The process above is on its way out; what it was to see is gone with it.
      }
    }
  }
}
