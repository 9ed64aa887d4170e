import { bytes, choice, field, flag, number, redisUrl, text, whole } from '@facet/config';
import { bucketFields } from './bucket-fields.ts';

const share = () => number({ min: 0, max: 1 });

/** What inference services can be told about watching their predictions. */
export const observeFields = {
  stateDir: field({
    env: 'STATE_DIR',
    schema: text(),
    fallback: '.facet/state',
    doc: 'Folder for what must survive a restart, such as the state of drift detection; `none` keeps it in memory only.',
  }),
  redisUrl: field({
    env: 'REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Redis through which the pods of a service watch for drift together, such as `redis://host:6379`, `rediss://…` with TLS or `redis+sentinel://host:26379,host:26379/name`; Redis Cluster is refused. Without it each pod watches what it sees.',
  }),
  drift: field({ env: 'DRIFT', schema: flag(), fallback: 'true', doc: 'Watch predictions for drift.' }),
  referenceDataPath: field({
    env: 'REFERENCE_DATA_PATH',
    schema: text(),
    doc: 'What drift is measured against: a `reference.json`, or a folder with `<version>/reference.json`; by default the file beside the model, and without one the first window of predictions.',
  }),
  driftFalseAlarmEvery: field({
    env: 'DRIFT_FALSE_ALARM_EVERY',
    schema: whole({ min: 100, max: 1_000_000_000 }),
    fallback: '200000',
    doc: 'Predictions of a version that a stable stream brings between two false alarms, at least, on average. Fewer find drift sooner.',
  }),
  driftWindow: field({
    env: 'DRIFT_WINDOW',
    schema: whole({ min: 20, max: 20_000 }),
    fallback: '1000',
    doc: 'Predictions that are shown against the reference, and that `POST /reference/update` makes the next one.',
  }),
  observeMaxPerSecond: field({
    env: 'OBSERVE_MAX_PER_SECOND',
    schema: whole({ min: 1, max: 100_000 }),
    fallback: '50',
    doc: 'Predictions a second of a process that are looked at for drift and samples; beyond it some are passed over, so that watching costs no throughput.',
  }),
  uncertaintyThreshold: field({
    env: 'UNCERTAINTY_THRESHOLD',
    schema: share(),
    fallback: '0.7',
    doc: 'Predictions at least this uncertain (0 sure, 1 a guess) are kept as samples to learn from.',
  }),
  samplesRandomShare: field({ env: 'SAMPLES_RANDOM_SHARE', schema: share(), fallback: '0.001', doc: 'Share of all other predictions that is kept too.' }),
  samplesDriftedShare: field({ env: 'SAMPLES_DRIFTED_SHARE', schema: share(), fallback: '0.05', doc: 'That share while the version stands in drift.' }),
  samplesMaxPerSecond: field({
    env: 'SAMPLES_MAX_PER_SECOND',
    schema: number({ min: 0, max: 10_000 }),
    fallback: '5',
    doc: 'Most samples a second of a process, on average; 0 keeps none.',
  }),
  samplesDir: field({
    env: 'SAMPLES_DIR',
    schema: text(),
    fallback: '.facet',
    doc: 'Folder in which samples are kept below `samples/`, where `S3_BUCKET_NAME` is not set; `none` keeps none.',
  }),
  samplesQueueBytes: field({
    env: 'SAMPLES_QUEUE_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '32MiB',
    doc: 'Bytes of samples that wait in a process while the store does not answer; what comes then is dropped and counted.',
  }),
  samplesMaxBytes: field({
    env: 'SAMPLES_MAX_BYTES',
    schema: bytes({ min: 0 }),
    fallback: '256MiB',
    doc: 'Bytes that the samples of a task may take in a folder; the oldest go first. 0 is no limit. Buckets have rules of their own for that.',
  }),
  samplesRetentionDays: field({
    env: 'SAMPLES_RETENTION_DAYS',
    schema: whole({ min: 0, max: 36_500 }),
    fallback: '30',
    doc: 'Days after which samples are removed; 0 keeps them.',
  }),
  labelling: field({
    env: 'LABELLING',
    schema: flag(),
    fallback: 'false',
    doc: 'Show the samples that are kept, inputs included, at `/samples`, and take labels for them. The gateway asks for the scope `admin`, but only where it knows callers.',
  }),
  labelledMaxBytes: field({
    env: 'LABELLED_MAX_BYTES',
    schema: bytes({ min: 0 }),
    fallback: '1GiB',
    doc: 'Bytes that the labelled samples of a task may take; more are refused, none is swept away. 0 is no limit.',
  }),
  s3Bucket: field({ env: 'S3_BUCKET_NAME', schema: text(), doc: 'Bucket for samples and audit, perhaps with a prefix: `bucket/prefix`.' }),
  ...bucketFields,
  audit: field({
    env: 'AUDIT',
    schema: choice(['off', 'hash', 'input']),
    fallback: 'off',
    doc: 'One record a prediction in a chain that shows tampering: with the hash of the input and the authenticated caller (`hash`), or with the input and the user that the caller names as well (`input`).',
  }),
  auditTo: field({
    env: 'AUDIT_TO',
    schema: text(),
    fallback: '.facet/audit',
    doc: 'Where records go: a folder, `stdout`, `redis` (a stream of `REDIS_URL`) or `s3` (the bucket of `S3_BUCKET_NAME`).',
  }),
  auditForgetDays: field({
    env: 'AUDIT_FORGET_DAYS',
    schema: whole({ min: 0, max: 36_500 }),
    fallback: '0',
    doc: 'Days after which the personal part of records (caller, user, input) is taken out, the chain staying whole; 0 keeps it. `stdout` is out of reach.',
  }),
};
