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
      summary: '{{ $labels.service }} is slow',
      description:
        'One in twenty predictions of {{ $labels.service }} in {{ $labels.namespace }} takes longer than {{ $value | humanizeDuration }} (limit 1 s).',
    },
    {
      alert: 'QueueSaturated',
      severity: 'warning',
      value: `${select('inference_queue_depth')} / ${select('inference_queue_limit_rows')}`,
      above: 0.8,
      for: pace('2m'),
      summary: 'The queue of {{ $labels.service }} {{ $labels.version }} is nearly full',
      description:
        '{{ $value | humanizePercentage }} of the rows that may wait for {{ $labels.version }} at {{ $labels.instance }} do; what comes beyond is refused.',
    },
    {
      alert: 'RequestsRejected',
      severity: 'critical',
      value: `${rate(select('requests_rejected_total'))} / (${rate(select('http_requests_total', predicts))} > 0)`,
      above: 0.01,
      for: pace('5m'),
      summary: '{{ $labels.service }} turns requests away',
      description:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} in {{ $labels.namespace }} are refused for the state it is in (limit 1 %).',
    },
    {
      alert: 'InvalidInputsHigh',
      severity: 'info',
      value: `${rate(select('invalid_input_requests_total'))} / (${rate(select('http_requests_total', predicts))} > 0)`,
      above: 0.5,
      for: pace('15m'),
      summary: 'Most of what {{ $labels.service }} is sent cannot be used',
      description:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} in {{ $labels.namespace }} are refused for what they sent (limit 50 %).',
    },
    {
      alert: 'EventLoopBlocked',
      severity: 'warning',
      value: select('event_loop_lag_seconds', 'quantile="0.99"'),
      above: 0.2,
      for: pace('5m'),
      summary: 'The event loop of {{ $labels.service }} is held',
      description:
        'At {{ $labels.instance }} one turn of the event loop in a hundred waits {{ $value | humanizeDuration }} (limit 200 ms): probes and requests wait with it.',
    },
    {
      alert: 'ModelNotReady',
      severity: 'critical',
      value: select('model_ready'),
      below: 1,
      for: pace('5m'),
      summary: '{{ $labels.service }} {{ $labels.version }} cannot answer',
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
