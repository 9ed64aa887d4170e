import type { Manifest } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { Metrics } from '@facet/telemetry';
import type { Auditor } from '../observe/auditor.ts';
import type { Observer } from '../observe/observer.ts';
import type { Call, InferCall, PredictCall, TensorRequest } from '../task/call.ts';
import { Ensemble, type Answerer } from '../task/ensemble.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { Task } from '../task/task.ts';
import { checkOutputs, fitModel, ShapeMismatch, type Fitted } from './fit-model.ts';
import { ModelChoice, type Preference } from './model-choice.ts';
import type { Models, Slot } from './models.ts';
import { ObservedRows } from './observed-rows.ts';
import { runEncoded, runTensor } from './run-request.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import { createInferRecorder, type InferRecorder, type InferStatistics } from './statistics.ts';

interface DataPlaneParts<Input, Answer extends object> {
  readonly task: Task<Input, Answer>;
  readonly models: Pick<Models, 'slots' | 'ready' | 'allReady'>;
  /** The share of each version in what names none. */
  readonly weights: Readonly<Record<string, number>>;
  readonly metrics: Metrics;
  readonly servingMetrics: ServingMetrics;
  readonly observer: Observer<Input, Answer>;
  readonly auditor: Auditor<Input, Answer> | undefined;
}

/** A prediction, in the terms of its task. */
export interface Prediction<Input, Answer> {
  /** The version, or the ensemble, that made it. */
  readonly model: Answerer;
  readonly input: Input;
  readonly answer: Answer;
}

/** The outputs of a model, as a protocol writes them. */
export interface Inference<Response> {
  readonly model: ServedModel;
  readonly response: Response;
}

/**
 * All that can be asked of a task, for any protocol: predictions, outputs of its models, what they are, whether they are ready, what calls
 * took. It counts and observes each call. Protocols translate: they make a {@link Call} of what came, and a message of the result or of
 * the {@link Problem} that is thrown.
 */
export class DataPlane<Input, Answer extends object> {
  readonly task: Task<Input, Answer>;
  readonly weights: Readonly<Record<string, number>>;
  readonly #models: DataPlaneParts<Input, Answer>['models'];
  readonly #choice: ModelChoice;
  readonly #metrics: ServingMetrics;
  readonly #recorder: InferRecorder;
  readonly #observer: Observer<Input, Answer>;
  readonly #auditor: Auditor<Input, Answer> | undefined;

  constructor({ task, models, weights, metrics, servingMetrics, observer, auditor }: DataPlaneParts<Input, Answer>) {
    this.task = task;
    this.weights = weights;
    this.#models = models;
    this.#choice = new ModelChoice({ task: task.contract.task, models, weights, metrics: servingMetrics });
    this.#metrics = servingMetrics;
    this.#recorder = createInferRecorder(metrics);
    this.#observer = observer;
    this.#auditor = auditor;
  }

  /** The configured versions, in their order, and the state of each. */
  get versions(): ReadonlyMap<string, Slot> {
    return this.#models.slots;
  }

  /** The models that can answer, in the order of their versions. */
  get readyModels(): readonly ServedModel[] {
    return this.#models.ready;
  }

  /** The version that gets the larger share. */
  get defaultVersion(): string {
    return this.#choice.defaultVersion;
  }

  /** True when every configured version can answer. */
  get isReady(): boolean {
    return this.#models.allReady;
  }

  /** @param version undefined asks for any */
  isVersionReady(version: string | undefined): boolean {
    return version === undefined ? this.#models.ready.length > 0 : this.#models.slots.get(version)?.status === 'ready';
  }

  /**
   * The manifests of one version, or of all that are ready.
   *
   * @throws {Problem} `unknown-version`, `starting`
   */
  metadata(version?: string): readonly Manifest[] {
    if (version !== undefined) return [this.#choice.model({ version, user: undefined }).manifest];
    if (this.#models.ready.length === 0) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
    return this.#models.ready.map(({ manifest }) => manifest);
  }

  /** What calls of {@link infer} took, of one version or of all, over all processes of the pod. */
  statistics(version?: string): Promise<InferStatistics[]> {
    return this.#recorder.statistics(version === undefined ? [...this.#models.slots.keys()] : [version]);
  }

  /**
   * Chooses who answers a call, for those that make several predictions with the same version.
   *
   * @throws {Problem} `unknown-version`, `starting`
   */
  choose(preference: Preference): Answerer {
    return this.#choice.answerer(preference);
  }

  /**
   * Makes one prediction, counts it whatever becomes of it, and leaves it to the observers.
   *
   * @param model the one that {@link choose} gave, where several predictions share it
   * @throws {Problem} `unknown-version`, `starting`, what the task refuses, `overloaded`, `deadline-exceeded`, `worker-lost`
   */
  async predict(call: PredictCall, model: Answerer = this.#choice.answerer(call)): Promise<Prediction<Input, Answer>> {
    const { clock, notes, isShadow } = call;
    const { version } = model;
    notes['version'] = version;
    const options = call.options();
    try {
      const payload = call.input();
      const input = this.task.read(payload, options);
      const answer = await (model instanceof Ensemble ? this.#predictTogether(input, model, call) : this.#predictWith(input, model, call));
      const elapsedMs = clock.elapsed(clock.mark('postprocess'));
      if (isShadow) this.#metrics.shadows.inc({ version, status: 'success' });
      else this.#countAnswer(version, answer, elapsedMs);
      this.#auditor?.record(model, input, answer, elapsedMs, call, payload.bytes);
      if (!isShadow) this.task.observe?.({ version, elapsedMs, inferMs: clock.spent('infer'), status: 'success', answer });
      Object.assign(notes, this.task.describe(answer));
      return { model, input, answer };
    } catch (error) {
      this.#count(version, 'error', isShadow);
      if (!isShadow) this.task.observe?.({ version, elapsedMs: clock.elapsed(), inferMs: clock.spent('infer'), status: 'error', error });
      throw error;
    }
  }

  /**
   * Reads all that an input shows, by one version. Counted as a prediction; it is neither observed nor audited as one, having no single class.
   *
   * @throws {Problem} as {@link predict}
   */
  async transcribe(call: PredictCall): Promise<{ readonly model: ServedModel; readonly answer: object }> {
    const { clock, notes, isShadow } = call;
    const model = this.#choice.model(call);
    notes['version'] = model.version;
    const options = call.options();
    try {
      const answer = await this.task.transcribe!(this.task.read(call.input(), options), model, call);
      clock.mark('postprocess');
      this.#count(model.version, 'success', isShadow);
      return { model, answer };
    } catch (error) {
      this.#count(model.version, 'error', isShadow);
      throw error;
    }
  }

  /**
   * Gives the outputs of a model for a tensor, or for what the task makes a tensor of. A call that names no version gets one that takes the
   * shape that was sent.
   *
   * @throws {Problem} `unknown-version`, `starting`, `invalid-inference`, what the protocol refuses, `overloaded`, `deadline-exceeded`, `worker-lost`
   */
  async infer<Request extends TensorRequest, Response>(call: InferCall<Request, Response>): Promise<Inference<Response>> {
    const { clock, notes, isShadow } = call;
    const preferred = this.#choice.model(call);
    let model = preferred;
    try {
      const read = await call.receive();
      clock.mark('receive');
      const candidates = call.version === undefined ? [preferred, ...this.#models.ready.filter((other) => other !== preferred)] : [preferred];
      const fit = firstFit(candidates, (candidate) => {
        const request = read(candidate.manifest);
        return { model: candidate, request, fitted: fitModel(request, candidate.manifest, this.task.encoded.name) };
      });
      const { request, fitted } = fit;
      model = fit.model;
      notes['version'] = model.version;
      checkOutputs(request, model.manifest);
      clock.mark('preprocess');
      const observers = { task: this.task, observer: this.#observer, auditor: this.#auditor };
      const observed = new ObservedRows(observers, call, fitted.kind === 'tensor' ? fitted.rows : fitted.items.length);
      const outputs = await (fitted.kind === 'tensor'
        ? runTensor(fitted, model, call, observed)
        : runEncoded(fitted, this.task.encoded, model, call, observed));
      const response = await call.respond(request, outputs, model);
      const elapsedMs = clock.elapsed(clock.mark('postprocess'));
      observed.observe(outputs, model, elapsedMs);
      this.#record(model, 'success', call);
      if (!isShadow) this.#metrics.quality(model.version).observe(elapsedMs / 1000, undefined);
      return { model, response };
    } catch (error) {
      this.#record(model, 'error', call);
      throw error;
    }
  }

  #record({ version }: ServedModel, status: 'success' | 'error', { clock, isShadow }: Call): void {
    if (!isShadow) this.#recorder.record(version, status === 'success' ? 'success' : 'fail', clock);
    this.#count(version, status, isShadow);
  }

  #count(version: string, status: 'success' | 'error', isShadow: boolean): void {
    (isShadow ? this.#metrics.shadows : this.#metrics.predictions).inc({ version, status });
  }

  #countAnswer(version: string, answer: Answer, elapsedMs: number): void {
    this.#count(version, 'success', false);
    this.#metrics.quality(version).observe(elapsedMs / 1000, this.task.confidenceOf(answer));
    for (const name of this.task.classesOf(answer)) this.#metrics.classes.inc({ class: name });
  }

  /** One version's answer, which is observed as its own. */
  async #predictWith(input: Input, model: ServedModel, call: Call): Promise<Answer> {
    const sight = call.isShadow ? undefined : this.#observer.look();
    const answer = await this.task.predict(input, model, call, sight as never);
    if (sight?.seen !== undefined) this.#observer.note({ model, input, answer, seen: sight.seen, call });
    return answer;
  }

  /** One version after another: the time of each then stands in its stage, and none waits for a processor that another has. */
  async #predictTogether(input: Input, { members }: Ensemble, call: Call): Promise<Answer> {
    const { ask, fuse } = this.task.ensemble;
    const question = ask ? ask(input) : input;
    const answers: Answer[] = [];
    for (const model of members) answers.push(await this.#predictWith(question, model, call));
    return fuse(answers, input);
  }
}

interface Fit<Request> {
  readonly model: ServedModel;
  readonly request: Request;
  readonly fitted: Fitted;
}

/** The first model whose shapes the request fits; what the preferred one says where there is none. */
function firstFit<Request>(models: readonly ServedModel[], read: (model: ServedModel) => Fit<Request>): Fit<Request> {
  let first: unknown;
  for (const model of models) {
    try {
      return read(model);
    } catch (error) {
      first ??= error;
      if (!(error instanceof ShapeMismatch)) break;
    }
  }
  throw first;
}
