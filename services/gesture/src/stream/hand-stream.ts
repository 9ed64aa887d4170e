import { parseJson, type Action, type StreamMessage } from '@facet/contracts';
import { Problem } from '@facet/problem';
import { StageClock } from '@facet/telemetry';
import type { Work } from '@facet/inference';
import { LatestOnlyQueue, Pace } from '@facet/serving/kind';
import { HandFollower } from './follow-hand.ts';

interface Prediction {
  readonly gesture: string;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly rejected: boolean;
}

interface HandStreamOptions {
  readonly id: string;
  readonly actions: Readonly<Record<string, Action>>;
  readonly maxFramesPerSecond: number;
  /** A rejected hand holds no action. */
  readonly ignoresRejected: boolean;
  readonly predict: (frame: unknown, work: Work) => Promise<Prediction>;
  readonly send: (text: string, sent: () => void) => void;
  /** True while the client takes less than is sent to it. */
  readonly isBehind: () => boolean;
  /** Told of what is our fault; the stream is not used after that. */
  readonly fail: (error: unknown) => void;
  readonly count: (outcome: 'answered' | 'dropped' | 'refused') => void;
}

/** A frame that takes longer is of no use to a game any more. */
const frameDeadlineMs = 1000;
/** Landmarks lie three levels deep. */
const maxDepth = 8;

type Answer = Extract<StreamMessage, { type: 'answer' }>;

/**
 * The frames of one connection, which show one hand.
 *
 * One frame is in work, one waits; a newer one takes the place of that which waits. So nothing queues, however fast frames come or however
 * slowly answers are taken.
 */
export class HandStream {
  readonly #options: HandStreamOptions;
  readonly #hand: HandFollower;
  readonly #newest: LatestOnlyQueue<Buffer>;
  #isClosed = false;

  constructor(options: HandStreamOptions) {
    this.#options = options;
    this.#hand = new HandFollower(options.actions);
    const pace = new Pace(options.maxFramesPerSecond, performance.now());
    this.#newest = new LatestOnlyQueue({
      work: (bytes, dropped) => this.#work(bytes, dropped),
      waitMs: () => (options.isBehind() ? Infinity : pace.take(performance.now())),
      onDrop: () => options.count('dropped'),
    });
  }

  message(bytes: Buffer): void {
    this.#newest.push(bytes);
  }

  closed(): void {
    this.#isClosed = true;
    this.#newest.stop();
  }

  async #work(bytes: Buffer, dropped: number): Promise<void> {
    const message = await this.#answer(bytes, dropped);
    if (!this.#isClosed) this.#options.send(JSON.stringify(message), () => this.#newest.proceed());
  }

  async #answer(bytes: Buffer, dropped: number): Promise<StreamMessage> {
    let seq: number | null = null;
    try {
      const frame = parseJson(bytes, maxDepth);
      seq = seqOf(frame);
      const answer = await this.#read(frame, seq, dropped);
      this.#options.count('answered');
      return answer;
    } catch (error) {
      const problem = Problem.from(error);
      this.#options.count('refused');
      if (problem.code === 'internal') this.#options.fail(problem.cause);
      return { type: 'problem', seq, problem: problem.toBody(this.#options.id) };
    }
  }

  async #read(frame: unknown, seq: number | null, dropped: number): Promise<Answer> {
    if ((frame as { landmarks?: unknown } | null)?.landmarks === null) {
      this.#hand.lose();
      return { type: 'answer', seq, gesture: null, confidence: 0, action: null, action_confidence: 0, started: false, dropped, inference_time: 0 };
    }
    const now = performance.now();
    const clock = new StageClock(now);
    const { gesture, confidence, probabilities, rejected } = await this.#options.predict(frame, {
      deadlineAt: now + frameDeadlineMs,
      cancelled: false,
      clock,
    });
    const shown = rejected && this.#options.ignoresRejected ? Object.fromEntries(Object.keys(probabilities).map((name) => [name, 0])) : probabilities;
    const held = this.#hand.follow(shown, now);
    return {
      type: 'answer',
      seq,
      gesture,
      confidence,
      action: held.action,
      action_confidence: held.confidence,
      started: held.started,
      dropped,
      inference_time: (clock.spent('infer') ?? 0) / 1000,
    };
  }
}

function seqOf(frame: unknown): number | null {
  const seq = (frame as { seq?: unknown } | null)?.seq;
  return Number.isSafeInteger(seq) && (seq as number) >= 0 ? (seq as number) : null;
}
