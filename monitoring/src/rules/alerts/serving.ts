import type { Pace } from '../../pace.ts';
import { predicts, select } from '../../selectors.ts';
import { p95 } from '../recordings.ts';
import type { Alert } from '../rule.ts';

/** Is it fast, has it room, does it answer? */
export function alertOnServing(pace: Pace): Alert[] {
  const rate = (series: string): string => `sum by (namespace, service) (rate(${series}[${pace('5m')}]))`;
  return [
    {
      alert: 'HighLatency',
      severity: 'warning',
      value: p95,
      above: 1,
      for: pace('5m'),
      summary: '{{ $labels.service }} has high latency',
      description:
        'The 95th percentile of the prediction latency of {{ $labels.service }} in {{ $labels.namespace }} is {{ $value | humanizeDuration }} (limit 1 s).',
    },
    {
      alert: 'QueueSaturated',
      severity: 'warning',
      value: `${select('inference_queue_depth')} / ${select('inference_queue_limit_rows')}`,
      above: 0.8,
      for: pace('2m'),
      summary: 'The queue of {{ $labels.service }} {{ $labels.version }} is nearly full',
      description:
        '{{ $value | humanizePercentage }} of the maximum queue length of {{ $labels.version }} at {{ $labels.instance }} are queued; further ones are rejected.',
    },
    {
      alert: 'RequestsRejected',
      severity: 'critical',
      value: `${rate(select('requests_rejected_total'))} / (${rate(select('http_requests_total', predicts))} > 0)`,
      above: 0.01,
      for: pace('5m'),
      summary: '{{ $labels.service }} rejects requests',
      description:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} in {{ $labels.namespace }} are rejected because of its state (limit 1 %).',
    },
    {
      alert: 'InvalidInputsHigh',
      severity: 'info',
      value: `${rate(select('invalid_input_requests_total'))} / (${rate(select('http_requests_total', predicts))} > 0)`,
      above: 0.5,
      for: pace('15m'),
      summary: 'Most requests to {{ $labels.service }} are invalid',
      description:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} in {{ $labels.namespace }} are rejected as invalid (limit 50 %).',
    },
    {
      alert: 'EventLoopBlocked',
      severity: 'warning',
      value: select('event_loop_lag_seconds', 'quantile="0.99"'),
      above: 0.2,
      for: pace('5m'),
      summary: 'The event loop of {{ $labels.service }} is blocked',
      description:
        'At {{ $labels.instance }} the 99th percentile of event loop lag is {{ $value | humanizeDuration }} (limit 200 ms), which delays probes and requests.',
    },
    {
      alert: 'ModelNotReady',
      severity: 'critical',
      value: select('model_ready'),
      below: 1,
      for: pace('5m'),
      summary: '{{ $labels.service }} {{ $labels.version }} is not ready',
      description: 'Model {{ $labels.version }} at {{ $labels.instance }} is loading, failed or has lost its workers (ready {{ $value }} of 1).',
    },
    {
      alert: 'WorkerRestarts',
      severity: 'warning',
      value: `increase(${select('inference_worker_restarts_total')}[${pace('15m')}])`,
      above: 2,
      for: pace('0m'),
      summary: 'Model workers of {{ $labels.service }} keep dying',
      description: '{{ $value | humanize }} worker threads at {{ $labels.instance }} died or hung within 15 minutes and were replaced.',
    },
  ];
}
