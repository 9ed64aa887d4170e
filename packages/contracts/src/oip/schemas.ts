import { z } from 'zod';

/** Types of the protocol, in its own spelling. */
export const oipDatatypes = ['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'FP16', 'FP32', 'FP64', 'BYTES'] as const;

export type OipDatatype = (typeof oipDatatypes)[number];

/** A member that may be left out; serializers of several languages write null for what is not set. */
function leftOut<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();
}

const datatype = z.enum(oipDatatypes);
const parameters = z.record(z.string(), z.unknown());
const name = z.string().min(1).max(256);

/** Dimensions of one tensor; more have no use and only cost time. */
const shape = z.array(z.int('expected whole numbers').min(0, 'expected no negative dimension')).min(1).max(16);

const data = z.array(z.unknown()).describe('Row-major, nested or flat. Absent where the values follow in binary.');

/** What `POST …/infer` takes; with the binary extension, the JSON before the values. */
export const oipInferRequest = z.object({
  id: leftOut(z.string().max(256)),
  parameters: leftOut(parameters),
  inputs: z
    .array(z.object({ name, shape, datatype, parameters: leftOut(parameters), data: leftOut(data) }))
    .min(1)
    .max(64),
  outputs: leftOut(z.array(z.object({ name, parameters: leftOut(parameters) })).max(64)),
});

export type OipInferRequest = z.infer<typeof oipInferRequest>;

export const oipInferAnswer = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().describe('Echoed, or the request id.'),
  outputs: z.array(z.object({ name: z.string(), shape: z.array(z.int()), datatype, parameters: parameters.optional(), data: z.array(z.unknown()).optional() })),
});

export type OipInferAnswer = z.infer<typeof oipInferAnswer>;

export const oipError = z.object({ error: z.string() });

export const oipServer = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) });

export const oipHealth = z.object({ live: z.boolean(), ready: z.boolean(), error: z.string().optional() });

export type OipHealth = z.infer<typeof oipHealth>;

const tensor = z.object({ name: z.string(), datatype, shape: z.array(z.int()).describe('-1 where the size varies, or where versions differ.') });

export const oipModel = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.literal('onnxruntime_onnx'),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
});

export type OipModel = z.infer<typeof oipModel>;

/** The list that KServe's own server gives. */
export const oipModels = z.object({ models: z.array(z.string()) });

export const oipModelReady = z.object({ name: z.string(), ready: z.boolean(), error: z.string().optional() });

const configTensor = z.object({ name: z.string(), data_type: z.string(), dims: z.array(z.int()).describe('Of one row.') });

export const oipConfig = z.object({
  name: z.string(),
  platform: z.literal('onnxruntime_onnx'),
  backend: z.literal('onnxruntime'),
  max_batch_size: z.int().describe('Most rows of one request.'),
  version_policy: z.object({ specific: z.object({ versions: z.array(z.int()) }) }),
  input: z.array(configTensor),
  output: z.array(configTensor),
  parameters: z.record(z.string(), z.object({ string_value: z.string() })),
});

export type OipConfig = z.infer<typeof oipConfig>;

const duration = z.object({ count: z.int(), ns: z.int() });

const modelStatistics = z.object({
  name: z.string(),
  version: z.string(),
  inference_count: z.int().describe('Rows predicted by the model, for all callers.'),
  execution_count: z.int().describe('Runs of the model; fewer than rows where they were batched.'),
  inference_stats: z
    .object({ success: duration, fail: duration, queue: duration, compute_input: duration, compute_infer: duration, compute_output: duration })
    .describe('Of requests in this protocol.'),
});

export const oipStatistics = z.object({ model_stats: z.array(modelStatistics) });

export type OipStatistics = z.infer<typeof oipStatistics>;

export const oipIndex = z.array(z.object({ name: z.string(), version: z.string(), state: z.enum(['READY', 'LOADING', 'UNAVAILABLE']), reason: z.string() }));

export type OipIndex = z.infer<typeof oipIndex>;

export const oipIndexRequest = z.object({ ready: leftOut(z.boolean().describe('Only models that are ready.')) });
