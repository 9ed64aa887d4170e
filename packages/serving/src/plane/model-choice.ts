import { ensembleVersion } from '@facet/contracts';
import { chooseVersion } from '@facet/experiment';
import { Problem } from '@facet/problem';
import type { Call } from '../task/call.ts';
import { Ensemble, type Answerer } from '../task/ensemble.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { Models } from './models.ts';
import type { ServingMetrics } from './serving-metrics.ts';

interface ModelChoiceParts {
  readonly task: string;
  readonly models: Pick<Models, 'slots' | 'ready'>;
  readonly weights: Readonly<Record<string, number>>;
  readonly metrics: Pick<ServingMetrics, 'assignments'>;
}

/** What of a call decides which version answers it. */
export type Preference = Pick<Call, 'version' | 'user'> & Partial<Pick<Call, 'isShadow'>>;

/** Chooses the model that answers a call. */
export class ModelChoice {
  readonly #parts: ModelChoiceParts;

  constructor(parts: ModelChoiceParts) {
    this.#parts = parts;
  }

  /** The version that gets the larger share. */
  get defaultVersion(): string {
    const { models, weights } = this.#parts;
    const versions = [...models.slots.keys()];
    return versions.reduce((best, version) => ((weights[version] ?? 0) > (weights[best] ?? 0) ? version : best), versions[0]!);
  }

  /**
   * One version: the one that the call names, else a sticky one for its user, else one by weight.
   *
   * @throws {Problem} `unknown-version`, `starting`
   */
  model({ version: forced, user, isShadow }: Preference): ServedModel {
    const { task, models, weights, metrics } = this.#parts;
    const { slots, ready } = models;
    const only = forced === undefined ? undefined : slots.get(forced);
    if (only?.status === 'ready') return only.model;
    // A version that is configured but cannot answer gets no share; a call that names it gets `starting`.
    const available = forced === undefined && ready.length > 0 ? ready.map(({ version }) => version) : [...slots.keys()];
    const { version, reason } = chooseVersion(available, weights, { forced, user }, task);
    if (reason === 'weighted' && isShadow !== true) metrics.assignments.inc({ version });
    return this.#ready(version);
  }

  /**
   * One version, or the ensemble of all for a call that names it.
   *
   * @throws {Problem} `unknown-version`, also where there is no ensemble; `starting`
   */
  answerer(preference: Preference): Answerer {
    return preference.version === ensembleVersion ? this.#ensemble() : this.model(preference);
  }

  #ensemble(): Ensemble {
    const versions = [...this.#parts.models.slots.keys()];
    if (versions.length < 2)
      throw new Problem('unknown-version', `An ensemble needs at least two versions in one process; loaded: ${versions.join(', ')} (MODEL_VERSIONS).`);
    const members = versions.map((version) => this.#ready(version));
    const [first, ...others] = members.map(({ manifest }) => manifest.labels.join('\n'));
    if (others.some((labels) => labels !== first)) throw new Problem('unknown-version', 'An ensemble is not available: the versions have different labels.');
    return new Ensemble(members);
  }

  /** @throws {Problem} `starting` */
  #ready(version: string): ServedModel {
    const slot = this.#parts.models.slots.get(version);
    if (slot?.status === 'ready') return slot.model;
    throw new Problem(
      'starting',
      slot?.status === 'failed' ? `Model ${version} could not be loaded; /health says why.` : `Model ${version} is still being loaded.`,
      { retryAfterSeconds: slot?.status === 'failed' ? 30 : 1 },
    );
  }
}
