import { sampleIdOf, sampleKeys, Sampler, SampleQueue, type Fingerprint } from '@facet/capture';
import type { ObjectStore } from '@facet/object-store';
import { storageHealth, type Log } from '@facet/telemetry';
import { randomBytes } from 'node:crypto';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import type { CallMeta } from '../task/call.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { ObserveMetrics } from './observe-metrics.ts';
import type { Watch } from '../task/watch.ts';

interface Candidate<Input, Answer> {
  readonly model: ServedModel;
  readonly input: Input;
  readonly answer: Answer;
  readonly call: CallMeta;
  readonly hasDrifted: boolean;
  readonly fingerprint: () => Fingerprint;
}

/** Longest that a stop waits for samples to be written. */
const closeGraceMs = 3000;

/** Keeps the predictions of one process that a model should learn from. */
export class SampleRecorder<Input, Answer> {
  readonly #task: string;
  readonly #watch: Watch<Input, Answer, never>;
  readonly #sampler: Sampler;
  readonly #queue: SampleQueue;
  readonly #store: ObjectStore;
  readonly #metrics: ObserveMetrics;

  constructor(task: string, watch: Watch<Input, Answer, never>, config: InferenceConfig, store: ObjectStore, metrics: ObserveMetrics, log: Log) {
    this.#task = task;
    this.#watch = watch;
    this.#store = store;
    this.#metrics = metrics;
    this.#sampler = new Sampler({
      threshold: config.uncertaintyThreshold,
      randomShare: config.samplesRandomShare,
      driftedShare: config.samplesDriftedShare,
      maxPerSecond: config.samplesMaxPerSecond,
    });
    const health = storageHealth('samples');
    this.#queue = new SampleQueue({
      store,
      maxBytes: config.samplesQueueBytes,
      onStored: (version) => metrics.samples.inc({ version }),
      onDropped: (version, reason) => metrics.dropped.inc({ version, reason }),
      onFailedWrite: () => health.failed(),
      onHealth: (isWell, reason) => {
        if (isWell) health.succeeded();
        if (isWell) log.info({ store: store.location }, 'storing samples has recovered');
        else log.warn({ store: store.location, reason }, 'samples cannot be stored; queueing them');
      },
    });
    metrics.watchSamples(() => this.#queue.bytes);
  }

  consider({ model, input, answer, call: { id, user, caller }, hasDrifted, fingerprint }: Candidate<Input, Answer>): void {
    const { version } = model;
    const uncertainty = this.#watch.uncertainty(answer);
    const judged = this.#sampler.judge(uncertainty, hasDrifted, fingerprint);
    if (!judged) return;
    if ('drop' in judged) {
      this.#metrics.dropped.inc({ version, reason: judged.drop });
      return;
    }
    const at = new Date().toISOString();
    // The client chooses the request's id, and may choose one that another has: the rest of the name cannot be chosen or guessed.
    const name = `${id}.${randomBytes(8).toString('hex')}`;
    const key = sampleKeys(this.#task, sampleIdOf(version, at, name)).waiting;
    const { bytes, extension, contentType } = this.#watch.sample(input);
    const parts = this.#watch.parts?.(answer);
    const isJson = extension === 'json';
    const about = {
      request_id: id,
      ...(caller !== undefined && { caller }),
      ...(user !== undefined && { user }),
      task: this.#task,
      version,
      model: model.reference,
      reason: judged.keep,
      uncertainty,
      ...(parts && { uncertainties: parts }),
      at,
      ...(isJson ? { input: JSON.parse(bytes.toString('utf8')) as unknown } : { file: `${name}.${extension}` }),
      answer,
    };
    this.#queue.push({
      version,
      objects: [
        ...(isJson ? [] : [{ key: `${key}.${extension}`, bytes, contentType }]),
        { key: `${key}.json`, bytes: Buffer.from(JSON.stringify(about)), contentType: 'application/json' },
      ],
    });
  }

  async close(): Promise<void> {
    await this.#queue.close(closeGraceMs);
    await this.#store.close();
  }
}
