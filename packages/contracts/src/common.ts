import { z } from 'zod';

/** What all versions of a task are called where they answer together. */
export const ensembleVersion = 'ensemble';

const timestamp = z.iso.datetime().describe('Time of the response, UTC.');
const version = z.string().describe('Model version of the prediction; `ensemble` for all versions combined.');
const seconds = z.number().nonnegative();
const accuracy = z.number().nullable().describe('null when it was not measured.');

/** What every prediction begins with. */
export const envelope = z.object({
  request_id: z.string().describe('Echoes `x-request-id`, or is made here; every log line and problem names it.'),
  version,
});

export type Envelope = z.infer<typeof envelope>;

export const health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  model_loaded: z.boolean(),
  model_version: z.string().optional().describe('The version that gets the larger share of `/predict`.'),
  models: z
    .record(z.string(), z.object({ status: z.enum(['loading', 'ready', 'failed']), model: z.string().optional(), reason: z.string().optional() }))
    .optional()
    .describe('Each configured version; a failed one says why.'),
  draining: z.boolean().optional(),
  uptime: seconds.optional().describe('Seconds since the start.'),
  timestamp,
});

export type Health = z.infer<typeof health>;

/** `GET /` of a service. */
export const root = z.object({
  message: z.string(),
  version: z.string(),
  endpoints: z.object({ predict: z.string(), health: z.string(), metrics: z.string(), docs: z.string() }).catchall(z.string()),
  model_accuracy: z.record(z.string(), accuracy).describe('Measured accuracy by model version; `/model_info` says of what and how.'),
  status: z.literal('running'),
});

const metric = z.object({ metric: z.string(), value: z.number(), dataset: z.string(), samples: z.number(), command: z.string() });

const versionInfo = z.object({
  model_version: z.string(),
  model_accuracy: accuracy,
  accuracy: metric.nullable(),
  metrics: z.array(metric),
  name: z.string(),
  description: z.string(),
  architecture: z.string(),
  input_shape: z.array(z.number()).describe('-1 where the size varies.'),
  output_shape: z.array(z.number()),
  total_parameters: z.number(),
  layers: z.number(),
  labels: z.array(z.string()),
  preprocessing: z.record(z.string(), z.unknown()),
  precision: z.string(),
  opset: z.number(),
  sha256: z.string(),
  bytes: z.number(),
  host: z.enum(['inline', 'workers']),
  licence: z.string(),
  source: z.string(),
  attribution: z.string(),
  created: z.string(),
});

export type VersionInfo = z.infer<typeof versionInfo>;

export const modelInfo = z.object({ task: z.string(), default_version: z.string(), versions: z.record(z.string(), versionInfo) });

export type ModelInfo = z.infer<typeof modelInfo>;

export const summary = z.object({
  service_metrics: z.object({
    total_requests: z.number(),
    successful_predictions: z.number(),
    failed_predictions: z.number(),
    total_errors: z.number(),
    success_rate: z.number().describe('Successful predictions as a share of all, 0 to 1; 1 before the first.'),
    uptime_seconds: z.number(),
    uptime_hours: z.number(),
  }),
  model_metrics: z.object({ model_version: z.string(), model_accuracy: accuracy }).catchall(z.union([z.string(), accuracy, z.record(z.string(), z.number())])),
  timestamp,
});

export type Summary = z.infer<typeof summary>;

/** The wire form of a problem (RFC 9457). */
export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string().describe('The request id.'),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

/** The answer to a batch: a result or a problem an item, in the order in which they were sent. */
export function batchAnswer(result: z.ZodType) {
  return envelope.extend({
    results: z.array(
      z.union([z.object({ index: z.number(), status: z.literal(200), result }), z.object({ index: z.number(), status: z.number(), problem: problemBody })]),
    ),
    succeeded: z.number(),
    failed: z.number(),
    inference_time: seconds,
    timestamp,
  });
}

export type BatchAnswer = z.infer<ReturnType<typeof batchAnswer>>;

/** When a prediction was made and how long the model took for it. */
export const stamp = { inference_time: seconds.describe('Seconds in the model, waiting for it left out.'), timestamp };
