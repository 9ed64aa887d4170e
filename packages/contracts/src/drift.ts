import { z } from 'zod';
import { json } from './answers.ts';
import type { Operation } from './operation.ts';

const moments = z.object({ n: z.int(), mean: z.number(), deviation: z.number() });

const featureStatus = z.object({
  unit: z.string().optional(),
  doc: z.string(),
  verdict: z.enum(['stable', 'drift', 'unknown']).describe('unknown: the reference or the window has no value of it.'),
  evidence: z.number().describe('Share of what this feature alone must gather to raise an alarm, correction for the number of features included; 1 raises it.'),
  test: z.enum(['kolmogorov-smirnov', 'chi-squared']).optional(),
  statistic: z.number().nullable().optional().describe('null: infinite, for a class that the reference never had.'),
  p: z.number().optional().describe('Of this one look at the window, uncorrected: the verdict comes from the sequential test, not from it.'),
  psi: z.number().optional().describe('Population stability index.'),
  jensen_shannon: z.number().optional().describe('Jensen-Shannon distance, in nats.'),
  wasserstein: z.number().optional().describe("Wasserstein distance in the reference's standard deviations."),
  window: moments.optional(),
  reference: moments.optional(),
  bins: z
    .object({ edges: z.array(z.union([z.number(), z.string()])), window: z.array(z.number()), reference: z.array(z.number()) })
    .optional()
    .describe('Shares of both in the same bins; as many edges as bins where values are counted one by one.'),
});

const versionStatus = z.object({
  state: z.enum(['learning', 'watching', 'drift']).describe('learning: there is no reference yet, the first predictions become it.'),
  observed: z.int().describe('Predictions seen since the reference was set; of very many a second only some are looked at.'),
  window: z.object({ size: z.int(), filled: z.int() }),
  reference: z.object({ source: z.string(), created: z.string(), samples: z.int() }).nullable(),
  evidence: z.number().describe('Share of what raises an alarm, over all features.'),
  alarms: z.int().describe('Raised so far, those before the reference was set included.'),
  alarm: z
    .object({ at: z.iso.datetime(), observed: z.int().describe('Predictions seen until then.'), features: z.array(z.string()) })
    .nullable()
    .describe('Stands until the reference is updated.'),
  accuracy: z
    .object({ estimate: z.number(), mean_confidence: z.number(), calibrated: z.boolean(), n: z.int() })
    .nullable()
    .describe('Estimated accuracy in the window, without labels. It does not detect shifts that leave the model confident but wrong.'),
  features: z.record(z.string(), featureStatus),
});

export type DriftVersionStatus = z.infer<typeof versionStatus>;

const driftStatus = z.object({
  task: z.string(),
  drift: z.boolean().describe('Whether any version stands in alarm.'),
  false_alarm_every: z.int().describe('Predictions that a stable stream is expected to bring between two false alarms, at least.'),
  shared: z.boolean().describe('Whether all pods of the service watch together, through Redis.'),
  versions: z.record(z.string(), versionStatus),
  timestamp: z.iso.datetime(),
});

export type DriftStatus = z.infer<typeof driftStatus>;

const rows = z.array(z.record(z.string(), z.number())).min(20).max(20_000);

/** What `POST /reference/update` takes. */
export const referenceUpdate = z
  .object({
    version: z.string().optional().describe('By default all versions.'),
    reference: z
      .enum(['window', 'keep'])
      .optional()
      .describe(
        '`window` (the default): the predictions of the current window become the reference. `keep`: the reference stays, and the alarm is taken back.',
      ),
    rows: rows.optional().describe('A reference of your own: predictions as objects from feature to value; a class counts by its index.'),
    source: z.string().max(200).optional().describe('Description of the rows.'),
  })
  .refine(({ reference, rows: given }) => reference === undefined || given === undefined, { message: 'give either reference or rows', path: ['rows'] });

export type ReferenceUpdate = z.infer<typeof referenceUpdate>;

const updated = z.object({
  updated: z.array(z.string()).describe('Versions that have a new start.'),
  versions: z.record(z.string(), z.object({ source: z.string(), created: z.string(), samples: z.int() })),
  timestamp: z.iso.datetime(),
});

export type ReferenceUpdated = z.infer<typeof updated>;

/** The calls about drift that an inference service has. */
export function driftOperations(tag: string): Record<'driftStatus' | 'referenceUpdate', Operation> {
  return {
    driftStatus: {
      id: 'driftStatus',
      method: 'get',
      path: '/drift/status',
      tag,
      plane: 'operations',
      summary: 'Drift status of inputs and predictions',
      description: 'A page with the distributions drawn for who accepts `text/html`.',
      answers: {
        200: { description: 'The status.', content: { 'application/json': { schema: driftStatus }, 'text/html': { schema: z.string() } } },
      },
      problems: [],
    },
    referenceUpdate: {
      id: 'referenceUpdate',
      method: 'post',
      path: '/reference/update',
      tag,
      plane: 'operations',
      summary: 'Makes the current window, or a posted set, what drift is measured against, and takes alarms back',
      isBodyOptional: true,
      body: { 'application/json': { schema: referenceUpdate, examples: { acknowledge: { reference: 'keep' } } } },
      answers: { 200: json('The new references.', updated) },
      problems: [
        'malformed-json',
        'json-too-deep',
        'json-too-large',
        'malformed-request',
        'unsupported-content-type',
        'body-too-large',
        'invalid-field',
        'unknown-version',
        'too-few-predictions',
        'internal',
      ],
    },
  };
}
