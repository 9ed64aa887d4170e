/** How long a hash is believed after an answer named it: so long a new model's predictions may still come from the old one's answers. */
const believedMs = 10_000;

/** Which model answers for each version, as the answers themselves said last. */
export class KnownModels {
  readonly #models = new Map<string, { readonly reference: string; readonly heardAt: number }>();
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** The model's reference, with its hash; undefined when no answer named it lately. */
  get(task: string, version: string): string | undefined {
    const known = this.#models.get(`${task}/${version}`);
    return known && this.#clock() - known.heardAt < believedMs ? known.reference : undefined;
  }

  /** The one that an answer named last, however long ago. */
  last(task: string, version: string): string | undefined {
    return this.#models.get(`${task}/${version}`)?.reference;
  }

  /** Takes note of an answer's `x-model`. */
  hear(task: string, version: string, reference: string): void {
    this.#models.set(`${task}/${version}`, { reference, heardAt: this.#clock() });
  }
}
