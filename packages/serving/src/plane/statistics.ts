import { aggregatedRegistry, type Metrics, type StageClock } from '@facet/telemetry';
import { Counter, type Registry } from 'prom-client';

const stages = ['queue', 'preprocess', 'infer', 'postprocess'] as const;

/** How often, and for how long in all. */
interface Duration {
  readonly count: number;
  readonly seconds: number;
}

/** What calls with tensors took of one version, since the service started. */
export interface InferStatistics {
  readonly version: string;
  /** Rows that were inferred, for any call. */
  readonly rows: number;
  /** Runs of the model in which they were. */
  readonly runs: number;
  readonly success: Duration;
  readonly fail: Duration;
  readonly stages: Readonly<Record<(typeof stages)[number], Duration>>;
}

/** Counts calls with tensors by version; with counters, so that the processes of a service add up. */
export interface InferRecorder {
  record(version: string, status: 'success' | 'fail', clock: StageClock): void;
  statistics(versions: readonly string[]): Promise<InferStatistics[]>;
}

export function createInferRecorder(own: Metrics): InferRecorder {
  const registers = [own.registry];
  const requests = new Counter({
    name: 'oip_requests_total',
    help: 'Requests of the Open Inference Protocol',
    labelNames: ['version', 'status'] as const,
    registers,
  });
  const seconds = new Counter({
    name: 'oip_stage_seconds_total',
    help: 'Duration of Open Inference Protocol requests, in total and by stage',
    labelNames: ['version', 'stage'] as const,
    registers,
  });

  return {
    record(version, status, clock) {
      requests.inc({ version, status });
      seconds.inc({ version, stage: status }, clock.elapsed() / 1000);
      for (const stage of stages) seconds.inc({ version, stage }, (clock.spent(stage) ?? 0) / 1000);
    },
    async statistics(versions) {
      const { registry } = await aggregatedRegistry(own);
      const values = await Promise.all(['oip_requests_total', 'oip_stage_seconds_total', 'inference_batch_rows'].map((name) => valuesOf(registry, name)));
      const [asked, spent, rows] = values as [Value[], Value[], Value[]];
      return versions.map((version) => {
        const of = (list: readonly Value[], labels: Readonly<Record<string, string>>, metric?: string): number =>
          list.find(
            (value) =>
              value.labels['version'] === version &&
              Object.entries(labels).every(([name, wanted]) => value.labels[name] === wanted) &&
              (metric === undefined || value.metricName === metric),
          )?.value ?? 0;
        const successes = of(asked, { status: 'success' });
        const failures = of(asked, { status: 'fail' });
        const duration = (count: number, stage: string): Duration => ({ count, seconds: of(spent, { stage }) });
        return {
          version,
          rows: of(rows, {}, 'inference_batch_rows_sum'),
          runs: of(rows, {}, 'inference_batch_rows_count'),
          success: duration(successes, 'success'),
          fail: duration(failures, 'fail'),
          stages: Object.fromEntries(stages.map((stage) => [stage, duration(successes + failures, stage)])) as InferStatistics['stages'],
        };
      });
    },
  };
}

interface Value {
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
  readonly metricName?: string;
}

async function valuesOf(registry: Registry, name: string): Promise<Value[]> {
  return (await registry.getSingleMetric(name)?.get())?.values ?? [];
}
