import type { ListedSample, SampleList } from '@facet/contracts';
import { ask } from '../api/ask.ts';

const pageSize = 50;
/** With fewer at hand the next page is asked for. */
const few = 5;

/** The samples of one task that wait for a label, a page at a time. */
export class Queue {
  readonly #task: string;
  #waiting: ListedSample[] = [];
  /** Those that were shown before: a page that is asked for again brings them again. */
  readonly #seen = new Set<string>();
  #next: string | null | undefined;
  /** How the task reads its input, and what a label is made of. */
  kind = '';
  labels: readonly string[] = [];
  counts: SampleList['counts'] = { waiting: 0, labelled: 0, up_to: 0 };

  constructor(task: string) {
    this.#task = task;
  }

  /**
   * The next sample; undefined when none waits.
   *
   * @throws {Error} one sentence
   */
  async take(): Promise<ListedSample | undefined> {
    if (this.#waiting.length < few && this.#next !== null) await this.#fetch();
    const sample = this.#waiting.shift();
    if (sample) this.#seen.add(sample.id);
    return sample;
  }

  /** Puts a sample that was taken, and not seen to, first again. */
  putBack(sample: ListedSample): void {
    this.#waiting.unshift(sample);
  }

  /** Counted on this page until the next answer tells. */
  note(change: { waiting: number; labelled: number }): void {
    const { waiting, labelled } = this.counts;
    this.counts = { ...this.counts, waiting: Math.max(0, waiting + change.waiting), labelled: labelled + change.labelled };
  }

  async #fetch(): Promise<void> {
    const after = this.#next === undefined ? '' : `&after=${encodeURIComponent(this.#next!)}`;
    const { body } = await ask<SampleList>(`${this.#task}/samples?limit=${pageSize}${after}`);
    this.#next = body.next;
    this.kind = body.kind;
    this.labels = body.labels;
    this.counts = body.counts;
    // Two people who label at the same time are to meet different samples first.
    this.#waiting.push(...shuffled(body.samples.filter(({ id }) => !this.#seen.has(id))));
  }
}

function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
