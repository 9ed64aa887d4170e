import type { LabelsTruth, ListedSample, Truth } from '@facet/contracts';

type Several = Extract<LabelsTruth, { labels: unknown }>;

/** The choices where a picture may have several labels: each is a checkbox, so that Space turns it and Enter is left to save. */
export class LabelChecks {
  readonly #group: HTMLElement;
  readonly #onChange: () => void;
  #labels: readonly string[] = [];
  #guess: ReadonlySet<string> = new Set();
  #start: ReadonlySet<string> = new Set();
  #checked: ReadonlySet<string> = new Set();
  #isOpen = false;

  /** @param group has a button for each label */
  constructor(group: HTMLElement, onChange: () => void) {
    this.#group = group;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether there are changes that were not sent. */
  get isChanged(): boolean {
    return !areSame(this.#checked, this.#start);
  }

  /** The labels as they are now; undefined where they are those of the guess, or none are shown. */
  get correction(): Several | undefined {
    return areSame(this.#checked, this.#guess) ? undefined : { labels: this.#labels.filter((label) => this.#checked.has(label)) };
  }

  /** Checks the labels that a sample has, or else those of the guess; closes where its task gives a picture one label. */
  show(sample: ListedSample | undefined, labels: readonly string[]): void {
    const guess = sample && labelsOf(sample.guess as Truth);
    this.#isOpen = guess !== undefined;
    this.#labels = labels;
    this.#guess = new Set(guess);
    this.#start = new Set(labelsOf(sample?.truth as Truth | undefined) ?? guess);
    this.#checked = this.#start;
    if (guess) this.#mark();
  }

  toggle(label: string): void {
    const checked = new Set(this.#checked);
    if (!checked.delete(label)) checked.add(label);
    this.#checked = checked;
    this.#mark();
    this.#onChange();
  }

  #mark(): void {
    for (const button of this.#group.querySelectorAll('button')) {
      button.setAttribute('role', 'checkbox');
      button.setAttribute('aria-checked', String(this.#checked.has(button.dataset['label']!)));
    }
  }
}

function labelsOf(truth: Truth | undefined): readonly string[] | undefined {
  return truth && 'labels' in truth ? truth.labels : undefined;
}

function areSame(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((label) => others.has(label));
}
