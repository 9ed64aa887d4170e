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
      says: 'Inputs or predictions of digit v1 in prod drifted from their reference 2 times within 15 minutes.',
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
    { name: 'samples that were there already', series: { [ofDigit('active_learning_dropped_total', { version: 'v1', reason: 'duplicate' })]: '0+2x30' } },
  ),
  ...pair(
    'ActiveLearningStoreFailing',
    '16m',
    {
      name: 'samples wait all the time',
      series: { [ofDigit('active_learning_queue_bytes')]: '0+0x3 2048+0x30' },
      labels: { ...service, instance: '10.0.0.7:8080' },
      says: 'At 10.0.0.7:8080 in prod 2kiB of samples have been queued for the store for 10 minutes. Requests are not affected; samples will be lost.',
    },
    {
      name: 'samples wait now and then',
      series: { [ofDigit('active_learning_queue_bytes')]: '0 2048 0 2048 0 2048 0 2048 0 2048 0 2048 0 2048 0 2048 0 2048 0 2048' },
    },
  ),
  ...pair(
    'AuditFailing',
    '16m',
    {
      name: 'no attempt succeeds',
      series: { [ofDigit('audit_failing')]: '0+0x3 1+0x20' },
      labels: service,
      says: '1 pods of digit in prod have not been able to write audit records for 5 minutes. Records are buffered in memory and lost if the process dies.',
    },
    { name: 'a moment without the bucket', series: { [ofDigit('audit_failing')]: '0+0x12 1 1 0+0x20' } },
  ),
  ...pair(
    'AuditLosing',
    '16m',
    {
      name: 'more waits than may wait',
      series: { [ofDigit('audit_lost_total')]: '0+1x30' },
      labels: service,
      says: '15 predictions of digit in prod within 15 minutes have no audit record.',
    },
    { name: 'records that were lost long ago', series: { [ofDigit('audit_lost_total')]: quiet } },
  ),
  ...pair(
    'StorageWriteFailing',
    '16m',
    {
      name: 'the volume of the log is full',
      series: { [ofDigit('storage_write_failing', { store: 'log' })]: '0+0x3 1+0x20', [ofDigit('storage_write_failing', { store: 'audit' })]: '0+0x30' },
      labels: { ...service, instance: '10.0.0.7:8080', store: 'log' },
      says: 'Writes of log at 10.0.0.7:8080 of digit in prod have failed for 5 minutes. Requests still succeed; the data is buffered or lost.',
    },
    { name: 'two writes failed', series: { [ofDigit('storage_write_failing', { store: 'log' })]: '0+0x12 1 1 0+0x20' } },
  ),
];
