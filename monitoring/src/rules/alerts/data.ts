import type { Pace } from '../../pace.ts';
import { select } from '../../selectors.ts';
import type { Alert } from '../rule.ts';

/** Is it right, and is what it does kept? */
export function alertOnData(pace: Pace): Alert[] {
  const grown = (metric: string, by = '', ...only: readonly string[]): string =>
    `sum by (namespace, service${by}) (increase(${select(metric, ...only)}[${pace('15m')}]))`;
  return [
    {
      alert: 'DataDriftDetected',
      severity: 'warning',
      value: grown('data_drift_detected_total', ', version'),
      above: 0,
      for: pace('0m'),
      summary: 'Data drift detected for {{ $labels.service }} {{ $labels.version }}',
      description:
        'Inputs or predictions of {{ $labels.service }} {{ $labels.version }} in {{ $labels.namespace }} drifted from their reference {{ $value | humanize }} times within 15 minutes.',
    },
    {
      alert: 'ActiveLearningDropping',
      severity: 'warning',
      // What is dropped as a duplicate, or beyond the rate that was asked for, is no loss.
      value: grown('active_learning_dropped_total', ', reason', 'reason=~"queue-full|store-refused"'),
      above: 0,
      for: pace('5m'),
      summary: '{{ $labels.service }} drops samples',
      description:
        '{{ $value | humanize }} uncertain samples of {{ $labels.service }} in {{ $labels.namespace }} were dropped within 15 minutes (reason: {{ $labels.reason }}).',
    },
    {
      alert: 'ActiveLearningStoreFailing',
      severity: 'warning',
      // A store that works empties the queue between any two samples.
      value: `sum by (namespace, service, instance) (min_over_time(${select('active_learning_queue_bytes')}[${pace('5m')}]))`,
      above: 0,
      for: pace('5m'),
      summary: '{{ $labels.service }} cannot store samples',
      description:
        'At {{ $labels.instance }} in {{ $labels.namespace }} {{ $value | humanize1024 }}B of samples have been queued for the store for 10 minutes. Requests are not affected; samples will be lost.',
    },
    {
      alert: 'AuditFailing',
      severity: 'critical',
      // What waits is written as soon as there is room again: only what lasts is an incident.
      value: `sum by (namespace, service) (${select('audit_failing')})`,
      above: 0,
      for: pace('5m'),
      summary: '{{ $labels.service }} cannot write its audit log',
      description:
        '{{ $value }} pods of {{ $labels.service }} in {{ $labels.namespace }} have not been able to write audit records for 5 minutes. Records are buffered in memory and lost if the process dies.',
    },
    {
      alert: 'AuditLosing',
      severity: 'critical',
      value: grown('audit_lost_total'),
      above: 0,
      for: pace('0m'),
      summary: 'The audit log of {{ $labels.service }} has gaps',
      description: '{{ $value | humanize }} predictions of {{ $labels.service }} in {{ $labels.namespace }} within 15 minutes have no audit record.',
    },
    {
      alert: 'StorageWriteFailing',
      severity: 'warning',
      value: `max by (namespace, service, instance, store) (${select('storage_write_failing')})`,
      atLeast: 1,
      for: pace('5m'),
      summary: '{{ $labels.service }} cannot write to {{ $labels.store }}',
      description:
        'Writes of {{ $labels.store }} at {{ $labels.instance }} of {{ $labels.service }} in {{ $labels.namespace }} have failed for 5 minutes. Requests still succeed; the data is buffered or lost.',
    },
  ];
}
