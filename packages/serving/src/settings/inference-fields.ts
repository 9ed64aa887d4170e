import {
  choice,
  field,
  fieldByVersion,
  list,
  milliseconds,
  serverFields,
  serviceTokenFields,
  sha256,
  text,
  versions,
  weights,
  whole,
  type Config,
} from '@facet/config';
import { builtInVersions } from '@facet/contracts';
import { observeFields } from './observe-fields.ts';

/** What every inference service can be told besides what any server can. */
export const inferenceFields = {
  ...serverFields,
  ...serviceTokenFields,
  modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: 'models', doc: 'Model repository: the folder that contains `<task>/<version>/`.' }),
  modelPaths: fieldByVersion({
    env: 'MODEL_<VERSION>_PATH',
    schema: text(),
    doc: 'Folder or `.onnx` file of a version, next to its manifest, such as `MODEL_V2_PATH`. Defaults to `<task>/<version>` in `MODELS_DIR`.',
  }),
  modelSha256: fieldByVersion({
    env: 'MODEL_<VERSION>_SHA256',
    schema: sha256(),
    doc: 'Pinned sha256 of a version. On a mismatch the service does not become ready, and `/health` reports both hashes.',
  }),
  modelVersions: field({ env: 'MODEL_VERSIONS', schema: versions(), fallback: builtInVersions.join(','), doc: 'Model versions that this process loads.' }),
  weights: field({
    env: 'AB_WEIGHTS',
    schema: weights(),
    doc: 'Traffic weight of each version in `/predict`, such as `v1=70,v2=20,v3=10`. Defaults to equal weights.',
  }),
  workers: field({
    env: 'WORKERS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Number of processes for models that run on the event loop, or of worker threads for models that would block it. 0 means one per CPU of the quota.',
  }),
  threads: field({
    env: 'INTRA_OP_THREADS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Threads per inference. 0 divides the CPUs of the quota among the workers.',
  }),
  sessionHost: field({
    env: 'SESSION_HOST',
    schema: choice(['manifest', 'inline', 'workers']),
    fallback: 'manifest',
    doc: 'Where models run: on the event loop (`inline`), on worker threads (`workers`), or as set in each manifest (`manifest`).',
  }),
  executionProviders: field({
    env: 'EXECUTION_PROVIDERS',
    schema: list(['cpu', 'cuda', 'tensorrt']),
    fallback: 'cpu',
    doc: 'ONNX Runtime execution providers, in order of preference.',
  }),
  queueMaxRows: field({
    env: 'QUEUE_MAX_ROWS',
    schema: whole({ min: 1 }),
    fallback: '256',
    doc: 'Maximum queue length of a model, in rows; requests beyond it are rejected with 503.',
  }),
  runTimeoutMs: field({
    env: 'RUN_TIMEOUT',
    schema: milliseconds({ min: 100 }),
    fallback: '60s',
    doc: 'Timeout of an inference on a worker. A worker that exceeds it is replaced.',
  }),
  ...observeFields,
};

/** What services that take pictures can be told besides. */
export const imageFields = {
  imageMaxPixels: field({
    env: 'IMAGE_MAX_PIXELS',
    schema: whole({ min: 1024 }),
    fallback: '40000000',
    doc: 'Maximum pixels of an image, checked before decoding.',
  }),
};

/** A service adds its port, and the limit of its task. */
export type InferenceConfig = Config<typeof inferenceFields> & { readonly port: number; readonly taskBodyMaxBytes: number | undefined };
