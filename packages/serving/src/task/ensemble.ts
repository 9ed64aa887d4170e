import { ensembleVersion } from '@facet/contracts';
import type { ServedModel } from './served-model.ts';

/** How a task's versions answer together. */
export interface Fusion<Input, Answer> {
  /** What each version is asked, where that is something else than what the client asks. */
  readonly ask?: (input: Input) => Input;
  /** Makes one answer of theirs. */
  readonly fuse: (answers: readonly Answer[], input: Input) => Answer;
}

/** All versions of a task as one that can be asked. */
export class Ensemble {
  readonly version = ensembleVersion;
  readonly members: readonly ServedModel[];

  constructor(members: readonly ServedModel[]) {
    this.members = members;
  }

  /** `<task>/ensemble@sha256:<hex>+sha256:<hex>`, in the order of the versions. */
  get reference(): string {
    const [first] = this.members;
    return `${first?.manifest.task}/${this.version}@${this.members.map(({ manifest }) => `sha256:${manifest.sha256}`).join('+')}`;
  }
}

/** Who answers a prediction: one version, or all of them. */
export type Answerer = ServedModel | Ensemble;
