import type { PictureAnswer, PictureRefusal } from '@facet/contracts';
import type { Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import { StageClock } from '@facet/telemetry';
import { LatestOnlyQueue } from './latest-only-queue.ts';
import { Pace } from './pace.ts';

interface PictureStreamOptions {
  readonly id: string;
  readonly deadlineMs: number;
  readonly maxFramesPerSecond: number;
  readonly predict: (picture: Buffer, work: Work) => Promise<object>;
  readonly send: (text: string, sent: () => void) => void;
  /** True while the client takes less than is sent to it. */
  readonly isBehind: () => boolean;
  /** Told of what is our fault. */
  readonly fail: (error: unknown) => void;
  readonly count: (outcome: 'answered' | 'dropped' | 'refused') => void;
}

/** The pictures of one connection: one in work, the newest waits. */
export class PictureStream {
  readonly #options: PictureStreamOptions;
  readonly #newest: LatestOnlyQueue<{ readonly frame: number; readonly picture: Buffer }>;
  #frames = 0;
  #isClosed = false;

  constructor(options: PictureStreamOptions) {
    this.#options = options;
    const pace = new Pace(options.maxFramesPerSecond, performance.now());
    this.#newest = new LatestOnlyQueue({
      work: ({ frame, picture }, dropped) => this.#answer(frame, picture, dropped),
      waitMs: () => (options.isBehind() ? Infinity : pace.take(performance.now())),
      onDrop: () => options.count('dropped'),
    });
  }

  picture(picture: Buffer): void {
    this.#newest.push({ frame: this.#frames, picture });
    this.#frames += 1;
  }

  closed(): void {
    this.#isClosed = true;
    this.#newest.stop();
  }

  async #answer(frame: number, picture: Buffer, dropped: number): Promise<void> {
    const { predict, count, fail, send, id, deadlineMs } = this.#options;
    const clock = new StageClock();
    const isClosed = (): boolean => this.#isClosed;
    let message: PictureAnswer | PictureRefusal;
    try {
      const found = await predict(picture, {
        deadlineAt: clock.startedAt + deadlineMs,
        clock,
        get cancelled() {
          return isClosed();
        },
      });
      const time = { inference_time: (clock.spent('infer') ?? 0) / 1000, timestamp: new Date().toISOString() };
      message = { type: 'answer', frame, dropped, ...found, stages: clock.toJSON(), ...time };
      count('answered');
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.code === 'internal') fail(problem.cause);
      message = { type: 'problem', frame, problem: problem.toBody(id) };
      count('refused');
    }
    if (!this.#isClosed) send(JSON.stringify(message), () => this.#newest.proceed());
  }
}
