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
  modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: 'models', doc: 'Folder that holds `<task>/<version>/`.' }),
  modelPaths: fieldByVersion({
    env: 'MODEL_<VERSION>_PATH',
    schema: text(),
    doc: 'Folder or `.onnx` file of a version, such as `MODEL_V2_PATH`, its manifest beside it; by default `<task>/<version>` below `MODELS_DIR`.',
  }),
  modelSha256: fieldByVersion({
    env: 'MODEL_<VERSION>_SHA256',
    schema: sha256(),
    doc: 'The sha256 that a version must have; with another the service stays unready and `/health` says both.',
  }),
  modelVersions: field({ env: 'MODEL_VERSIONS', schema: versions(), fallback: builtInVersions.join(','), doc: 'Versions that this process loads.' }),
  weights: field({
    env: 'AB_WEIGHTS',
    schema: weights(),
    doc: 'Share of each version in `/predict`, such as `v1=70,v2=20,v3=10`; by default the same for each.',
  }),
  workers: field({
    env: 'WORKERS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Processes of a service whose models run on the event loop, or worker threads of one whose models would hold it; 0 takes one for each CPU of the quota.',
  }),
  threads: field({
    env: 'INTRA_OP_THREADS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Threads of one inference; 0 divides the CPUs of the quota among the workers.',
  }),
  sessionHost: field({
    env: 'SESSION_HOST',
    schema: choice(['manifest', 'inline', 'workers']),
    fallback: 'manifest',
    doc: 'Run models on the event loop (`inline`) or on worker threads, or as each manifest says.',
  }),
  executionProviders: field({
    env: 'EXECUTION_PROVIDERS',
    schema: list(['cpu', 'cuda', 'tensorrt']),
    fallback: 'cpu',
    doc: 'ONNX Runtime execution providers, best first.',
  }),
  queueMaxRows: field({ env: 'QUEUE_MAX_ROWS', schema: whole({ min: 1 }), fallback: '256', doc: 'Rows that may wait for a model; more are refused with 503.' }),
  runTimeoutMs: field({
    env: 'RUN_TIMEOUT',
    schema: milliseconds({ min: 100 }),
    fallback: '60s',
    doc: 'A run on a worker that takes longer counts as hung: the worker is replaced.',
  }),
  ...observeFields,
};

/** What services that take pictures can be told besides. */
export const imageFields = {
  imageMaxPixels: field({
    env: 'IMAGE_MAX_PIXELS',
    schema: whole({ min: 1024 }),
    fallback: '40000000',
    doc: 'Most pixels of an image, checked before it is decoded.',
  }),
};

/** A service adds its port, and the limit of its task. */
export type InferenceConfig = Config<typeof inferenceFields> & { readonly port: number; readonly taskBodyMaxBytes: number | undefined };
