import { pair, series, target } from './case.ts';

const service = { namespace: 'prod', service: 'digit' };
const ofDigit = (metric: string, more: Record<string, string> = {}): string => series(metric, { ...target('digit'), ...more });

const quiet = '3+0x30';

export const dataCases = [
  ...pair(
    'DataDriftDetected',
    '16m',
    {
      name: 'one alarm',
      series: { [ofDigit('data_drift_detected_total', { version: 'v1' })]: '0+0x5 1+0x5 2+0x5' },
      labels: { ...service, version: 'v1' },
      says: 'Inputs or answers of digit v1 in prod left their reference 2 times within 15 minutes.',
    },
    { name: 'alarms of yesterday', series: { [ofDigit('data_drift_detected_total', { version: 'v1' })]: quiet } },
  ),
  ...pair(
    'ActiveLearningDropping',
    '16m',
    {
      name: 'the queue is full',
      series: { [ofDigit('active_learning_dropped_total', { version: 'v1', reason: 'queue-full' })]: '0+2x30' },
      labels: { ...service, reason: 'queue-full' },
      says: '30 uncertain samples of digit in prod were dropped within 15 minutes (reason: queue-full).',
    },
    { name: 'samples that were dropped long ago', series: { [ofDigit('active_learning_dropped_total', { version: 'v1', reason: 'queue-full' })]: quiet } },
  ),
  ...pair(
    'ActiveLearningStoreFailing',
    '16m',
    {
      name: 'every write fails',
      series: { [ofDigit('active_learning_store_failures_total')]: '0+1x30' },
      labels: service,
      says: 'Writing samples of digit in prod failed 15 times within 15 minutes; requests are not affected.',
    },
    { name: 'failures of long ago', series: { [ofDigit('active_learning_store_failures_total')]: quiet } },
  ),
  ...pair(
    'AuditFailing',
    '16m',
    {
      name: 'records cannot be written',
      series: { [ofDigit('audit_failures_total')]: '0+1x30' },
      labels: service,
      says: '15 audit records of digit in prod could not be written within 15 minutes.',
    },
    { name: 'failures of long ago', series: { [ofDigit('audit_failures_total')]: quiet } },
  ),
];
