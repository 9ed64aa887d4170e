import { ensembleVersion } from '@facet/contracts';
import { chooseVersion } from '@facet/experiment';
import type { RequestContext } from '@facet/http';
import type { Tensors, Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { StageClock } from '@facet/telemetry';
import { Ensemble, type Answerer } from './ensemble.ts';
import type { Models } from './models.ts';
import type { Asked } from './observe/asked.ts';
import type { Auditor } from './observe/auditor.ts';
import type { Observer } from './observe/observer.ts';
import type { ServedModel } from './served-model.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import type { Task } from './task.ts';

interface PredictorParts<Input, Answer extends object> {
  readonly task: Task<Input, Answer>;
  readonly models: Models;
  readonly weights: Readonly<Record<string, number>>;
  readonly metrics: ServingMetrics;
  readonly observer: Observer<Input, Answer>;
  readonly auditor: Auditor<Input, Answer> | undefined;
}

/** What is wanted of a row of tensors. */
export interface RowWatch {
  /** Besides the audit, if there is one, to look at it for drift. */
  readonly looks: boolean;
}

/** One row that was inferred. */
export interface WatchedRow {
  /** As it came. */
  readonly sent: Buffer;
  readonly row: Float32Array;
  /** What was seen when it was prepared here; undefined where it came ready. */
  readonly seen?: unknown;
}

/** Who watches rows of tensors. */
export type RowWatcher = Pick<Predictor<unknown, object>, 'willWatch' | 'watchRow'>;

/** Chooses versions and makes predictions, counting each. */
export class Predictor<Input, Answer extends object> {
  readonly #task: Task<Input, Answer>;
  readonly #models: Models;
  readonly #weights: Readonly<Record<string, number>>;
  readonly #metrics: ServingMetrics;
  readonly #observer: Observer<Input, Answer>;
  readonly #auditor: Auditor<Input, Answer> | undefined;

  constructor({ task, models, weights, metrics, observer, auditor }: PredictorParts<Input, Answer>) {
    this.#task = task;
    this.#models = models;
    this.#weights = weights;
    this.#metrics = metrics;
    this.#observer = observer;
    this.#auditor = auditor;
  }

  /** The version that gets the larger share. */
  get defaultVersion(): string {
    const versions = [...this.#models.slots.keys()];
    return versions.reduce((best, version) => ((this.#weights[version] ?? 0) > (this.#weights[best] ?? 0) ? version : best), versions[0]!);
  }

  /**
   * The model that answers a request.
   *
   * @param pinned the version that the path names
   * @throws {Problem} `unknown-version`, `starting`
   */
  modelFor(context: Pick<RequestContext, 'forcedVersion' | 'user'> & { readonly isShadow?: boolean }, pinned?: string): ServedModel {
    const forced = pinned ?? context.forcedVersion;
    const { slots, ready } = this.#models;
    const only = forced === undefined ? undefined : slots.get(forced);
    if (only?.status === 'ready') return only.model;
    // A version that is configured but cannot answer gets no share; whoever insists on it is told to wait.
    const available = forced === undefined && ready.length > 0 ? ready.map(({ version }) => version) : [...slots.keys()];
    const { version, reason } = chooseVersion(available, this.#weights, { forced, user: context.user }, this.#task.contract.task);
    if (reason === 'weighted' && context.isShadow !== true) this.#metrics.assignments.inc({ version });
    return this.#ready(version);
  }

  /**
   * Who answers a prediction: one version, or for who asks for it the ensemble of all.
   *
   * @param pinned the version that the path names
   * @throws {Problem} `unknown-version`, `starting`
   */
  answererFor(context: Pick<RequestContext, 'forcedVersion' | 'user'> & { readonly isShadow?: boolean }, pinned?: string): Answerer {
    return (pinned ?? context.forcedVersion) === ensembleVersion ? this.#all() : this.modelFor(context, pinned);
  }

  /** @throws {Problem} `unknown-version` where there is no ensemble, `starting` */
  #all(): Ensemble {
    const versions = [...this.#models.slots.keys()];
    if (versions.length < 2)
      throw new Problem('unknown-version', `An ensemble needs two versions in one process; here there is ${versions.join(', ')} (MODEL_VERSIONS).`);
    const members = versions.map((version) => this.#ready(version));
    const [first, ...others] = members.map(({ manifest }) => manifest.labels.join('\n'));
    if (others.some((labels) => labels !== first)) throw new Problem('unknown-version', 'There is no ensemble: the versions have other labels.');
    return new Ensemble(members);
  }

  /** @throws {Problem} `starting` */
  #ready(version: string): ServedModel {
    const slot = this.#models.slots.get(version);
    if (slot?.status === 'ready') return slot.model;
    throw new Problem(
      'starting',
      slot?.status === 'failed' ? `Model ${version} could not be loaded; /health says why.` : `Model ${version} is still being loaded.`,
      { retryAfterSeconds: slot?.status === 'failed' ? 30 : 1 },
    );
  }

  /** Counts a request that was answered with tensors, or was not. */
  count(version: string, status: 'success' | 'error', clock: StageClock, isShadow: boolean): void {
    if (isShadow) {
      this.#metrics.shadows.inc({ version, status });
      return;
    }
    this.#metrics.predictions.inc({ version, status });
    if (status === 'success') this.#metrics.quality(version).observe(clock.elapsed() / 1000, undefined);
  }

  /** Whether a row of tensors that is about to be inferred is to be kept for `watchRow`. */
  willWatch(): RowWatch | undefined {
    const looks = this.#observer.look() !== undefined;
    return looks || this.#auditor ? { looks } : undefined;
  }

  /** Watches rows of requests that are copies: they are audited as such. */
  readonly shadowRows: RowWatcher = {
    willWatch: () => (this.#auditor ? { looks: false } : undefined),
    watchRow: (wish, row, outputs, model, elapsedMs, asked) => this.watchRow(wish, row, outputs, model, elapsedMs, { ...asked, isShadow: true }),
  };

  /**
   * Watches one row that was answered with tensors, as a prediction is watched: for drift and in the audit.
   *
   * @param outputs of this row
   */
  watchRow(
    { looks }: RowWatch,
    { sent, row, seen: already }: WatchedRow,
    outputs: Tensors,
    model: ServedModel,
    elapsedMs: number,
    asked: Omit<Asked, 'bytes'>,
  ): void {
    const { rows } = this.#task;
    const seen = already ?? rows.see(row, model);
    const answer = rows.read(outputs, model, seen as never);
    // A tensor of nonsense is answered with such.
    const isSound = Number.isFinite(this.#task.confidenceOf(answer) ?? 0);
    if (looks && isSound) this.#observer.note({ model, input: undefined, answer, seen, asked });
    this.#auditor?.recordSent(model, { bytes: sent, contentType: () => 'application/octet-stream' }, answer, elapsedMs, asked);
  }

  /** Makes one prediction and counts it, whatever becomes of it. */
  async predict(read: () => Input, answerer: Answerer, work: Work, asked: Asked): Promise<{ input: Input; answer: Answer }> {
    const { version } = answerer;
    try {
      const input = read();
      const answer = await (answerer instanceof Ensemble ? this.#askAll(input, answerer, work, asked) : this.#ask(input, answerer, work, asked));
      const elapsedMs = work.clock.elapsed(work.clock.mark('postprocess'));
      if (asked.isShadow) {
        this.#metrics.shadows.inc({ version, status: 'success' });
        this.#auditor?.record(answerer, input, answer, elapsedMs, asked);
        return { input, answer };
      }
      this.#metrics.predictions.inc({ version, status: 'success' });
      this.#metrics.quality(version).observe(elapsedMs / 1000, this.#task.confidenceOf(answer));
      this.#auditor?.record(answerer, input, answer, elapsedMs, asked);
      for (const name of this.#task.classesOf(answer)) this.#metrics.classes.inc({ class: name });
      this.#task.observe?.({ version, elapsedMs, inferMs: work.clock.spent('infer'), status: 'success', answer });
      return { input, answer };
    } catch (error) {
      if (asked.isShadow) {
        this.#metrics.shadows.inc({ version, status: 'error' });
        throw error;
      }
      this.#metrics.predictions.inc({ version, status: 'error' });
      this.#task.observe?.({ version, elapsedMs: work.clock.elapsed(), inferMs: work.clock.spent('infer'), status: 'error', error });
      throw error;
    }
  }

  /** One version's answer, which is watched as its own. */
  async #ask(input: Input, model: ServedModel, work: Work, asked: Asked): Promise<Answer> {
    const sight = asked.isShadow ? undefined : this.#observer.look();
    const answer = await this.#task.predict(input, model, work, sight as never);
    if (sight?.seen !== undefined) this.#observer.note({ model, input, answer, seen: sight.seen, asked });
    return answer;
  }

  /** Asks one after another: the time of each then stands in its stage, and nobody waits for a processor that another of them has. */
  async #askAll(input: Input, { members }: Ensemble, work: Work, asked: Asked): Promise<Answer> {
    const { ask, fuse } = this.#task.ensemble;
    const question = ask ? ask(input) : input;
    const answers: Answer[] = [];
    for (const model of members) answers.push(await this.#ask(question, model, work, asked));
    return fuse(answers, input);
  }
}
