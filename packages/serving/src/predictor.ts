import { chooseVersion } from '@facet/experiment';
import type { RequestContext } from '@facet/http';
import type { Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { Models } from './models.ts';
import type { ServedModel } from './served-model.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import type { Task } from './task.ts';

/** Chooses versions and makes predictions, counting each. */
export class Predictor<Input, Answer extends object> {
  readonly #task: Task<Input, Answer>;
  readonly #models: Models;
  readonly #weights: Readonly<Record<string, number>>;
  readonly #metrics: ServingMetrics;

  constructor(task: Task<Input, Answer>, models: Models, weights: Readonly<Record<string, number>>, metrics: ServingMetrics) {
    this.#task = task;
    this.#models = models;
    this.#weights = weights;
    this.#metrics = metrics;
  }

  /** The version that gets the larger share. */
  get defaultVersion(): string {
    const versions = [...this.#models.slots.keys()];
    return versions.reduce((best, version) => ((this.#weights[version] ?? 0) > (this.#weights[best] ?? 0) ? version : best), versions[0] ?? 'v1');
  }

  /**
   * The model that answers a request.
   *
   * @param pinned the version that the path names
   * @throws {Problem} `unknown-version`, `starting`
   */
  modelFor(context: Pick<RequestContext, 'forcedVersion' | 'user'>, pinned?: string): ServedModel {
    const forced = pinned ?? context.forcedVersion;
    const { slots, ready } = this.#models;
    // A version that is configured but cannot answer gets no share; whoever insists on it is told to wait.
    const available = forced === undefined && ready.length > 0 ? ready.map(({ version }) => version) : [...slots.keys()];
    const { version } = chooseVersion(available, this.#weights, { forced, user: context.user }, this.#task.contract.task);
    const slot = slots.get(version);
    if (slot?.status === 'ready') return slot.model;
    throw new Problem(
      'starting',
      slot?.status === 'failed' ? `Model ${version} could not be loaded; /health says why.` : `Model ${version} is still being loaded.`,
      { retryAfterSeconds: slot?.status === 'failed' ? 30 : 1 },
    );
  }

  /** Counts a prediction that was made by other means. */
  count(version: string, status: 'success' | 'error'): void {
    this.#metrics.predictions.inc({ version, status });
  }

  /** Makes one prediction and counts it, whatever becomes of it. */
  async predict(read: () => Input, model: ServedModel, work: Work): Promise<{ input: Input; answer: Answer }> {
    const { version } = model;
    const elapsed = () => ({ version, elapsedMs: work.clock.elapsed(), inferMs: work.clock.spent('infer') });
    try {
      const input = read();
      const answer = await this.#task.predict(input, model, work);
      this.#metrics.predictions.inc({ version, status: 'success' });
      for (const name of this.#task.classesOf(answer)) this.#metrics.classes.inc({ class: name });
      this.#task.observe?.({ ...elapsed(), status: 'success', answer });
      return { input, answer };
    } catch (error) {
      this.#metrics.predictions.inc({ version, status: 'error' });
      this.#task.observe?.({ ...elapsed(), status: 'error', error });
      throw error;
    }
  }
}
