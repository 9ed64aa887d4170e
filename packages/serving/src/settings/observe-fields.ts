import { bytes, choice, field, flag, number, redisUrl, text, whole } from '@facet/config';
import { bucketFields } from './bucket-fields.ts';

const share = () => number({ min: 0, max: 1 });

/** What inference services can be told about watching their predictions. */
export const observeFields = {
  stateDir: field({
    env: 'STATE_DIR',
    schema: text(),
    fallback: '.facet/state',
    doc: 'Folder for persistent state, such as that of drift detection. `none` keeps state in memory.',
  }),
  redisUrl: field({
    env: 'REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Redis that shares drift detection state among the pods of a service: `redis://host:6379`, `rediss://…` with TLS, or `redis+sentinel://host:26379,host:26379/name`. Redis Cluster is not supported. Without it each pod detects drift separately.',
  }),
  drift: field({ env: 'DRIFT', schema: flag(), fallback: 'true', doc: 'Enable drift detection.' }),
  referenceDataPath: field({
    env: 'REFERENCE_DATA_PATH',
    schema: text(),
    doc: 'Reference for drift detection: a `reference.json`, or a folder with `<version>/reference.json`. Defaults to the file in the model folder, else the first window of predictions.',
  }),
  driftFalseAlarmEvery: field({
    env: 'DRIFT_FALSE_ALARM_EVERY',
    schema: whole({ min: 100, max: 1_000_000_000 }),
    fallback: '200000',
    doc: 'Minimum average run length between false alarms, in predictions. Lower values detect drift sooner.',
  }),
  driftWindow: field({
    env: 'DRIFT_WINDOW',
    schema: whole({ min: 20, max: 20_000 }),
    fallback: '1000',
    doc: 'Size of the current window, in predictions. `POST /reference/update` makes the window the new reference.',
  }),
  observeMaxPerSecond: field({
    env: 'OBSERVE_MAX_PER_SECOND',
    schema: whole({ min: 1, max: 100_000 }),
    fallback: '50',
    doc: 'Maximum predictions per second and process that are checked for drift and samples. Above it predictions are subsampled, so that monitoring does not reduce throughput.',
  }),
  uncertaintyThreshold: field({
    env: 'UNCERTAINTY_THRESHOLD',
    schema: share(),
    fallback: '0.7',
    doc: 'Uncertainty threshold, from 0 (certain) to 1 (random guess). Predictions at or above it are kept as samples for labelling.',
  }),
  samplesRandomShare: field({ env: 'SAMPLES_RANDOM_SHARE', schema: share(), fallback: '0.001', doc: 'Fraction of all other predictions to keep as samples.' }),
  samplesDriftedShare: field({
    env: 'SAMPLES_DRIFTED_SHARE',
    schema: share(),
    fallback: '0.05',
    doc: 'Fraction of other predictions to keep as samples while drift is detected.',
  }),
  samplesMaxPerSecond: field({
    env: 'SAMPLES_MAX_PER_SECOND',
    schema: number({ min: 0, max: 10_000 }),
    fallback: '5',
    doc: 'Maximum samples per second and process, on average. 0 disables sampling.',
  }),
  samplesDir: field({
    env: 'SAMPLES_DIR',
    schema: text(),
    fallback: '.facet',
    doc: 'Folder for samples (in `samples/`) if `S3_BUCKET_NAME` is not set. `none` disables sampling.',
  }),
  samplesQueueBytes: field({
    env: 'SAMPLES_QUEUE_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '32MiB',
    doc: 'Maximum bytes of samples queued per process while the store is unavailable. Further samples are dropped and counted.',
  }),
  samplesMaxBytes: field({
    env: 'SAMPLES_MAX_BYTES',
    schema: bytes({ min: 0 }),
    fallback: '256MiB',
    doc: 'Maximum bytes of samples per task in a folder; the oldest are deleted first. 0 means no limit. For buckets, use lifecycle rules.',
  }),
  samplesRetentionDays: field({
    env: 'SAMPLES_RETENTION_DAYS',
    schema: whole({ min: 0, max: 36_500 }),
    fallback: '30',
    doc: 'Retention period of samples, in days. 0 keeps them forever.',
  }),
  labelling: field({
    env: 'LABELLING',
    schema: flag(),
    fallback: 'false',
    doc: 'Enable the labelling API at `/samples`, which exposes samples including their inputs. With authentication enabled, the gateway requires the scope `admin`.',
  }),
  labelledMaxBytes: field({
    env: 'LABELLED_MAX_BYTES',
    schema: bytes({ min: 0 }),
    fallback: '1GiB',
    doc: 'Maximum bytes of labelled samples per task; further labels are rejected, and none are deleted. 0 means no limit.',
  }),
  s3Bucket: field({ env: 'S3_BUCKET_NAME', schema: text(), doc: 'Bucket for samples and audit records, with an optional prefix: `bucket/prefix`.' }),
  ...bucketFields,
  audit: field({
    env: 'AUDIT',
    schema: choice(['off', 'hash', 'input']),
    fallback: 'off',
    doc: 'Tamper-evident audit log with one record per prediction. `hash` records the hash of the input and the authenticated caller; `input` also records the input and the user named by the caller.',
  }),
  auditTo: field({
    env: 'AUDIT_TO',
    schema: text(),
    fallback: '.facet/audit',
    doc: 'Destination of audit records: a folder, `stdout`, `redis` (a stream in `REDIS_URL`) or `s3` (the bucket `S3_BUCKET_NAME`).',
  }),
  auditForgetDays: field({
    env: 'AUDIT_FORGET_DAYS',
    schema: whole({ min: 0, max: 36_500 }),
    fallback: '0',
    doc: 'Days after which personal data (caller, user, input) is redacted from records; the chain stays valid. 0 disables redaction. Not available for `stdout`.',
  }),
};
