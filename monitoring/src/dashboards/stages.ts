import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, chosenVersion, mean, perSecond, quantile, shown } from './query.ts';

const stage = 'inference_stage_duration_seconds';

export const stages: DashboardSpec = {
  uid: 'facet-stages',
  title: 'Facet / Stages of a request',
  description: 'Where the time of a request goes.',
  variables: ['namespace', 'service', 'version'],
  // The gateway's wait for a service is that service's work.
  tasks: 'any',
  rows: [
    {
      title: 'Mean time a stage',
      panels: [
        panel(
          'stacked',
          '$service',
          's',
          'Mean time of a request in each stage; the stack is the whole way through the service.',
          { '{{stage}}': mean(stage, 'stage', chosenService) },
          { width: 24, repeat: 'service' },
        ),
      ],
    },
    {
      title: 'The slow twentieth',
      panels: [
        panel(
          'lines',
          'p95 by stage',
          's',
          'Which stage makes slow requests slow.',
          { '{{service}} {{stage}}': quantile(0.95, stage, 'service, stage', chosenService) },
          { width: 12 },
        ),
        panel(
          'lines',
          'Waiting for a model',
          's',
          'p50 and p95 of the time in the queue. It is the first to grow under load.',
          {
            'p50 {{service}}': quantile(0.5, stage, 'service', 'stage="queue"', chosenService),
            'p95 {{service}}': quantile(0.95, stage, 'service', 'stage="queue"', chosenService),
          },
          { width: 12, thresholds: { warn: 0.1, bad: 0.5 } },
        ),
      ],
    },
    {
      title: 'Runs of the models',
      panels: [
        panel('lines', 'Time of a run', 's', 'p50 and p95 of one run of a model, whatever number of rows it had.', {
          'p50 {{service}} {{version}}': quantile(0.5, 'model_inference_duration_seconds', 'service, version', chosenService, chosenVersion),
          'p95 {{service}} {{version}}': quantile(0.95, 'model_inference_duration_seconds', 'service, version', chosenService, chosenVersion),
        }),
        panel('lines', 'Rows a run', 'short', 'Mean rows of a run: above 1 the batcher groups what has queued.', {
          '{{service}} {{version}}': mean('inference_batch_rows', 'service, version', chosenService, chosenVersion),
        }),
        panel(
          'stacked',
          'Model runs by trigger',
          'ops',
          'idle: a lone request; grouped: what had queued; full: as many rows as fit; isolated: alone, after its batch failed.',
          { '{{service}} {{reason}}': perSecond(shown('inference_dispatch_total', chosenService, chosenVersion), 'service, reason') },
        ),
      ],
    },
    {
      title: 'The gateway',
      panels: [
        panel(
          'stacked',
          'Mean time at the gateway',
          's',
          'receive: reading the body; forward: waiting for the service.',
          { '{{stage}}': mean(stage, 'stage', 'service="gateway"') },
          { width: 12 },
        ),
        panel(
          'lines',
          'Sent again',
          'reqps',
          'Requests that were sent to a service a second time, because the first attempt broke.',
          { '{{service}}': perSecond(shown('upstream_retries_total'), 'service') },
          { width: 12 },
        ),
      ],
    },
  ],
};
