import type { OipStatistics } from '@facet/contracts';
import { wholeRegistry, type Metrics, type StageClock } from '@facet/telemetry';
import { Counter, type Registry } from 'prom-client';

const stages = { queue: 'queue', compute_input: 'preprocess', compute_infer: 'infer', compute_output: 'postprocess' } as const;

/** What requests of this protocol took, by version; counters, so that the processes of a service add up. */
export interface OipRecorder {
  record(version: string, status: 'success' | 'fail', clock: StageClock): void;
  /** @param versions `v1` … */
  statistics(task: string, versions: readonly string[]): Promise<OipStatistics>;
}

export function createOipRecorder(own: Metrics): OipRecorder {
  const registers = [own.registry];
  const requests = new Counter({
    name: 'oip_requests_total',
    help: 'Requests of the Open Inference Protocol',
    labelNames: ['version', 'status'] as const,
    registers,
  });
  const seconds = new Counter({
    name: 'oip_stage_seconds_total',
    help: 'Time that they took, in all and in each stage',
    labelNames: ['version', 'stage'] as const,
    registers,
  });

  return {
    record(version, status, clock) {
      requests.inc({ version, status });
      seconds.inc({ version, stage: status }, clock.elapsed() / 1000);
      for (const stage of Object.values(stages)) seconds.inc({ version, stage }, (clock.spent(stage) ?? 0) / 1000);
    },
    async statistics(task, versions) {
      const { registry } = await wholeRegistry(own);
      const values = await Promise.all(['oip_requests_total', 'oip_stage_seconds_total', 'inference_batch_rows'].map((name) => valuesOf(registry, name)));
      const [asked, spent, rows] = values as [Value[], Value[], Value[]];
      return {
        model_stats: versions.map((version) => {
          const of = (list: readonly Value[], labels: Readonly<Record<string, string>>, metric?: string): number =>
            list.find(
              (value) =>
                value.labels['version'] === version &&
                Object.entries(labels).every(([name, wanted]) => value.labels[name] === wanted) &&
                (metric === undefined || value.metricName === metric),
            )?.value ?? 0;
          const successes = of(asked, { status: 'success' });
          const failures = of(asked, { status: 'fail' });
          const time = (count: number, stage: string) => ({ count, ns: Math.round(of(spent, { stage }) * 1e9) });
          const compute = Object.entries(stages).map(([name, stage]) => [name, time(successes + failures, stage)]);
          return {
            name: task,
            version: version.slice(1),
            inference_count: of(rows, {}, 'inference_batch_rows_sum'),
            execution_count: of(rows, {}, 'inference_batch_rows_count'),
            inference_stats: {
              success: time(successes, 'success'),
              fail: time(failures, 'fail'),
              ...(Object.fromEntries(compute) as Record<keyof typeof stages, { count: number; ns: number }>),
            },
          };
        }),
      };
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
