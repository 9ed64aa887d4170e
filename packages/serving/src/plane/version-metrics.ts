import { Gauge, type Registry } from 'prom-client';

/** One configured version as a scrape sees it. */
export interface VersionState {
  readonly version: string;
  readonly isReady: boolean;
  /** `<task>/<version>@sha256:<hex>` once it is loaded. */
  readonly reference?: string | undefined;
  readonly queuedRows: number;
  readonly queueMaxRows: number;
}

/** Names the kind of the task. Its name is the label `service`, which a scrape adds. */
export function showTask(registry: Registry, kind: string): void {
  const info = new Gauge({
    name: 'task_info',
    help: 'Served task, with its kind',
    labelNames: ['kind'] as const,
    // Every process of a service serves the same task.
    aggregator: 'max',
    registers: [registry],
  });
  info.set({ kind }, 1);
}

/** Shows the configured versions as they are at each scrape. */
export function watchVersions(registry: Registry, states: () => Iterable<VersionState>): void {
  const registers = [registry];
  const labelNames = ['version'] as const;
  const depth = new Gauge({
    name: 'inference_queue_depth',
    help: 'Queue length of a model, in rows',
    labelNames,
    registers,
    collect() {
      for (const { version, queuedRows } of states()) depth.set({ version }, queuedRows);
    },
  });
  const limit = new Gauge({
    name: 'inference_queue_limit_rows',
    help: 'Maximum queue length of a model, in rows',
    labelNames,
    registers,
    collect() {
      for (const { version, queueMaxRows } of states()) limit.set({ version }, queueMaxRows);
    },
  });
  const ready = new Gauge({
    name: 'model_ready',
    help: '1 if a configured version is ready: it passed its golden inference and has a live worker',
    labelNames,
    // One process that cannot answer is one too many.
    aggregator: 'min',
    registers,
    collect() {
      for (const { version, isReady } of states()) ready.set({ version }, isReady ? 1 : 0);
    },
  });
  const info = new Gauge({
    name: 'model_info',
    help: 'Model loaded for a version',
    labelNames: ['version', 'model'] as const,
    aggregator: 'max',
    registers,
    collect() {
      for (const { version, reference } of states()) if (reference !== undefined) info.set({ version, model: reference }, 1);
    },
  });
}
