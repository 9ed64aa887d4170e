import { z } from 'zod';
import { json } from './answers.ts';
import type { Operation } from './operation.ts';

const interval = z
  .object({ mean: z.number(), low: z.number(), high: z.number() })
  .describe('With an interval that stays valid however often it is looked at, and whenever one stops.');

const experiments = z.object({
  task: z.string(),
  alpha: z.number().describe('Chance that an interval ever leaves the truth out.'),
  versions: z.record(
    z.string(),
    z.object({
      requests: z.number().describe('Prediction requests of this version; at the gateway without cache hits.'),
      errors: z.number().describe('Requests without a prediction, for any reason.'),
      error_rate: interval.nullable(),
      latency_seconds: interval.nullable(),
      confidence: interval.nullable(),
    }),
  ),
  sample_ratio: z
    .object({
      expected: z.record(z.string(), z.number()),
      observed: z.record(z.string(), z.number()).describe('Requests that the weights divided at random; named users and forced versions are left out.'),
      evidence: z.number().describe('1000 or more is a mismatch at level 0.001.'),
      mismatch: z.boolean(),
    })
    .describe('Whether requests were divided as the weights say; if not, the comparison compares other things than versions.'),
  agreement: z
    .array(z.object({ versions: z.array(z.string()), compared: z.number(), agreed: z.number(), share: interval.nullable() }))
    .describe('How often two versions agree on the same request; at the gateway, with `SHADOW_SHARE`.'),
  timestamp: z.iso.datetime(),
});

export type Experiments = z.infer<typeof experiments>;

/** `GET /experiments` of an inference service. */
export function experimentsOperation(tag: string): Operation {
  return {
    id: 'experiments',
    method: 'get',
    path: '/experiments',
    tag,
    plane: 'operations',
    summary: 'Model versions side by side: requests, errors, latency, confidence, with intervals that bear being looked at',
    answers: { 200: json('The comparison.', experiments) },
    problems: [],
  };
}

/** `GET /experiments` of the gateway: the same for every service, as it sees them. */
export const gatewayExperiments = {
  ...experimentsOperation('gateway'),
  id: 'allExperiments',
  access: 'caller',
  summary: 'Model versions of all services side by side, as clients see them, and how often they agree',
  answers: { 200: json('The comparison by service.', z.object({ services: z.record(z.string(), experiments), timestamp: z.iso.datetime() })) },
} as const satisfies Operation;
