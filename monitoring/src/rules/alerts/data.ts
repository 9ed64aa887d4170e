import type { Pace } from '../../pace.ts';
import { select } from '../../selectors.ts';
import type { Alert } from '../rule.ts';

/** Is it right, and is what it does kept? */
export function alertOnData(pace: Pace): Alert[] {
  const grown = (metric: string, by: string): string => `sum by (namespace, service${by}) (increase(${select(metric)}[${pace('15m')}]))`;
  return [
    {
      alert: 'DataDriftDetected',
      severity: 'warning',
      value: grown('data_drift_detected_total', ', version'),
      above: 0,
      for: pace('0m'),
      summary: 'What {{ $labels.service }} is sent is not what {{ $labels.version }} was made for',
      description:
        'Inputs or answers of {{ $labels.service }} {{ $labels.version }} in {{ $labels.namespace }} left their reference {{ $value | humanize }} times within 15 minutes.',
    },
    {
      alert: 'ActiveLearningDropping',
      severity: 'warning',
      value: grown('active_learning_dropped_total', ', reason'),
      above: 0,
      for: pace('5m'),
      summary: '{{ $labels.service }} loses samples',
      description:
        '{{ $value | humanize }} uncertain samples of {{ $labels.service }} in {{ $labels.namespace }} were dropped within 15 minutes (reason: {{ $labels.reason }}).',
    },
    {
      alert: 'ActiveLearningStoreFailing',
      severity: 'warning',
      value: grown('active_learning_store_failures_total', ''),
      above: 0,
      for: pace('5m'),
      summary: 'The sample store of {{ $labels.service }} fails',
      description:
        'Writing samples of {{ $labels.service }} in {{ $labels.namespace }} failed {{ $value | humanize }} times within 15 minutes; requests are not affected.',
    },
    {
      alert: 'AuditFailing',
      severity: 'critical',
      value: grown('audit_failures_total', ''),
      above: 0,
      for: pace('0m'),
      summary: 'The audit chain of {{ $labels.service }} has gaps or cannot be written',
      description: '{{ $value | humanize }} audit records of {{ $labels.service }} in {{ $labels.namespace }} could not be written within 15 minutes.',
    },
  ];
}
