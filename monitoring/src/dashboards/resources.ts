import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, perSecond, shown } from './query.ts';

const each = (metric: string, ...more: readonly string[]): string => `sum by (service, instance) (${shown(metric, chosenService, ...more)})`;
const gpu = { emptyBecause: 'no NVIDIA DCGM exporter is scraped' };

export const resources: DashboardSpec = {
  uid: 'facet-resources',
  title: 'Facet / Resources',
  description: 'What it costs: CPU, memory, the event loop, GPUs where there are some.',
  variables: ['namespace', 'service'],
  rows: [
    {
      title: 'Processes',
      panels: [
        panel('lines', 'CPU', 'percentunit', 'Cores in use, all processes and threads of a target: 100 % is one core.', {
          '{{service}} {{instance}}': perSecond(shown('process_cpu_seconds_total', chosenService), 'service, instance'),
        }),
        panel('lines', 'Memory', 'bytes', 'Resident memory of the serving processes of a target.', {
          '{{service}} {{instance}}': each('process_resident_memory_bytes'),
        }),
        panel(
          'lines',
          'Event loop lag, p99',
          's',
          'For how long one turn in a hundred waits. EventLoopBlocked: over 200 ms for 5 minutes.',
          { '{{service}} {{instance}}': shown('event_loop_lag_seconds', chosenService, 'quantile="0.99"') },
          { thresholds: { warn: 0.05, bad: 0.2 } },
        ),
      ],
    },
    {
      title: 'Node',
      panels: [
        panel('lines', 'Heap in use', 'bytes', 'JavaScript heap; a line that only ever rises is a leak.', {
          '{{service}} {{instance}}': each('nodejs_heap_size_used_bytes'),
        }),
        panel(
          'lines',
          'Garbage collection',
          'percentunit',
          'Share of time spent in it.',
          { '{{service}} {{instance}}': perSecond(shown('nodejs_gc_duration_seconds_sum', chosenService), 'service, instance') },
          { thresholds: { warn: 0.05, bad: 0.2 } },
        ),
        panel(
          'lines',
          'Failed writes in 5 minutes',
          'short',
          'Writes to the log file, audit, samples, labels or state that failed. StorageWriteFailing: the last write failed, for 5 minutes.',
          {
            '{{service}} {{instance}} {{store}}': `sum by (service, instance, store) (increase(${shown('storage_write_failures_total', chosenService)}[5m]))`,
          },
          { thresholds: { warn: 1, bad: 10 } },
        ),
        panel('lines', 'Open files', 'short', 'Connections and files.', { '{{service}} {{instance}}': each('process_open_fds') }),
        panel(
          'lines',
          'Worker restarts in an hour',
          'short',
          'Threads of models that died or hung and were replaced.',
          { '{{service}} {{instance}}': `sum by (service, instance) (increase(${shown('inference_worker_restarts_total', chosenService)}[1h]))` },
          { thresholds: { warn: 1, bad: 3 } },
        ),
        panel(
          'lines',
          'Duration of a scrape',
          's',
          'What /metrics itself costs.',
          { '{{service}} {{instance}}': shown('scrape_duration_seconds', chosenService) },
          { thresholds: { warn: 0.02, bad: 0.1 } },
        ),
        panel('lines', 'Series of a scrape', 'short', 'Must not grow with traffic.', {
          '{{service}} {{instance}}': shown('scrape_samples_post_metric_relabeling', chosenService),
        }),
      ],
    },
    {
      title: 'GPU',
      collapsed: true,
      panels: [
        panel(
          'lines',
          'GPU in use',
          'percent',
          'From NVIDIA’s DCGM exporter.',
          { '{{gpu}} {{pod}}': 'DCGM_FI_DEV_GPU_UTIL{exported_namespace=~"$namespace"}' },
          { width: 12, max: 100, ...gpu },
        ),
        panel(
          'lines',
          'GPU memory',
          'decmbytes',
          'Frame buffer in use.',
          { '{{gpu}} {{pod}}': 'DCGM_FI_DEV_FB_USED{exported_namespace=~"$namespace"}' },
          { width: 12, ...gpu },
        ),
      ],
    },
  ],
};
