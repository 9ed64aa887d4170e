import { InlineHost, readManifest, readModel, WorkersHost, type SessionHost } from '@facet/inference';
import { cpuQuota } from '@facet/config';
import { StageClock, type Log } from '@facet/telemetry';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import { modelPath } from '../settings/model-path.ts';
import { ServedModel } from '../task/served-model.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import type { Task } from '../task/task.ts';
import type { VersionState } from './version-metrics.ts';

/** A configured version: on its way, ready to be asked, or failed for a reason. */
export type Slot =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly model: ServedModel }
  | { readonly status: 'failed'; readonly reason: string };

/**
 * Processes that a service should run in: one for each CPU where models run on the event loop, a single one where they have threads
 * of their own, or where a manifest cannot be read, which that one process will say.
 */
export async function servingProcesses(config: InferenceConfig, task: string): Promise<number> {
  if (config.sessionHost === 'workers') return 1;
  const hosts = await Promise.all(
    config.modelVersions.map((version) =>
      readManifest(modelPath(config, task, version)).then(
        ({ host }) => host,
        () => 'workers',
      ),
    ),
  );
  return config.sessionHost === 'inline' || hosts.every((host) => host === 'inline') ? config.workers || cpuQuota() : 1;
}

const goldenDeadlineMs = 60_000;

/** Loads every configured version and knows the state of each. */
export class Models {
  readonly #slots = new Map<string, Slot>();
  #ready: readonly ServedModel[] = [];
  readonly #hosts = new Map<'inline' | 'workers', SessionHost>();
  readonly #config: InferenceConfig;
  readonly #metrics: ServingMetrics;
  readonly #log: Log;

  constructor(config: InferenceConfig, metrics: ServingMetrics, log: Log) {
    this.#config = config;
    this.#metrics = metrics;
    this.#log = log;
    for (const version of config.modelVersions) {
      this.#slots.set(version, { status: 'loading' });
      metrics.predictions.inc({ version, status: 'success' }, 0);
      metrics.shadows.inc({ version, status: 'success' }, 0);
      metrics.predictions.inc({ version, status: 'error' }, 0);
    }
    metrics.watch(() => this.#states());
  }

  get slots(): ReadonlyMap<string, Slot> {
    return this.#slots;
  }

  /** Models that passed their golden inference, in the order of their versions. */
  get ready(): readonly ServedModel[] {
    return this.#ready;
  }

  #settle(version: string, slot: Slot): void {
    this.#slots.set(version, slot);
    this.#ready = [...this.#slots.values()].flatMap((each) => (each.status === 'ready' ? [each.model] : []));
  }

  /** True when every configured version can answer. */
  get allReady(): boolean {
    return this.ready.length === this.#slots.size && this.#hostsLive;
  }

  get #hostsLive(): boolean {
    return [...this.#hosts.values()].every((host) => host.healthy);
  }

  *#states(): Generator<VersionState> {
    const { queueMaxRows } = this.#config;
    for (const [version, slot] of this.#slots) {
      const model = slot.status === 'ready' ? slot.model : undefined;
      yield { version, isReady: model !== undefined && this.#hostsLive, reference: model?.reference, queuedRows: model?.queuedRows ?? 0, queueMaxRows };
    }
  }

  /**
   * Loads all versions; one that fails is logged and said in `/health`, and the others go on.
   *
   * @param labels of the task's classes, in place of those of the manifests
   */
  async load<Input, Answer extends object>(task: Task<Input, Answer>, labels?: readonly string[]): Promise<void> {
    for (const version of this.#slots.keys()) {
      try {
        const beganAt = performance.now();
        const model = await this.#open(task, version);
        await this.#passGolden(task, model);
        // The golden answer has the manifest's names.
        this.#settle(version, { status: 'ready', model: labels ? model.withLabels(labels) : model });
        this.#log.info({ version, model: model.reference, ms: Math.round(performance.now() - beganAt) }, 'model ready');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#settle(version, { status: 'failed', reason });
        this.#log.error({ version, reason }, 'model failed');
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
  }

  async #open<Input, Answer extends object>(task: Task<Input, Answer>, version: string): Promise<ServedModel> {
    const { config, kind } = { config: this.#config, kind: task.contract.task };
    const files = await readModel(modelPath(config, kind, version));
    const { manifest } = files;
    if (manifest.task !== kind) throw new Error(`${files.directory} holds a ${manifest.task} model, expected ${kind}`);
    if (manifest.version !== version) throw new Error(`${files.directory} holds version ${manifest.version}, expected ${version}`);
    const pinned = config.modelSha256[version];
    if (pinned !== undefined && manifest.sha256 !== pinned)
      throw new Error(`${files.directory} holds sha256 ${manifest.sha256}, expected ${pinned} by MODEL_${version.toUpperCase()}_SHA256`);
    const fault = task.check(manifest);
    if (fault !== undefined) throw new Error(`${files.directory} cannot be served: ${fault}`);

    const host = this.#hostFor(config.sessionHost === 'manifest' ? manifest.host : config.sessionHost);
    const model = await ServedModel.open(files, {
      host,
      threads: config.threads || (host instanceof WorkersHost ? Math.max(1, Math.floor(cpuQuota() / this.#workers)) : 1),
      executionProviders: config.executionProviders,
      queueMaxRows: config.queueMaxRows,
      metrics: this.#metrics.batcher(version),
    });
    return model;
  }

  get #workers(): number {
    return this.#config.workers || cpuQuota();
  }

  #hostFor(kind: 'inline' | 'workers'): SessionHost {
    const known = this.#hosts.get(kind);
    if (known) return known;
    const host =
      kind === 'inline'
        ? new InlineHost()
        : new WorkersHost({
            workers: this.#workers,
            wideThreads: this.#config.threads === 0 && this.#workers > 1 ? cpuQuota() : undefined,
            runTimeoutMs: this.#config.runTimeoutMs,
            onRestart: (reason) => {
              this.#metrics.workerRestarts.inc();
              this.#log.warn({ reason }, 'worker replaced');
            },
          });
    this.#hosts.set(kind, host);
    return host;
  }

  /** Asks the model something whose answer is known, through the whole path that a request takes. */
  async #passGolden<Input, Answer extends object>(task: Task<Input, Answer>, model: ServedModel): Promise<void> {
    const { golden } = task;
    const read = async (name: string): Promise<Buffer> => {
      const path = join(model.directory, 'golden', name);
      return readFile(path).catch((cause: unknown) => {
        throw new Error(`the golden file is missing: ${path}`, { cause });
      });
    };
    const [input, output] = await Promise.all([read(golden.file), read('output.json')]);
    const work = { deadlineAt: performance.now() + goldenDeadlineMs, cancelled: false, clock: new StageClock() };
    const answer = await task.predict(golden.read(input), model, work);
    const faults = golden.compare(JSON.parse(output.toString('utf8')), answer);
    if (faults.length > 0) throw new Error(`the golden inference of ${model.reference} came out wrong: ${faults.slice(0, 3).join('; ')}`);
  }
}
