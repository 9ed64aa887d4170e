import { z } from 'zod';
import { root } from './common.ts';
import { json } from './answers.ts';
import { gatewayExperiments } from './experiments.ts';
import { metricsOperation, probes } from './inference-operations.ts';
import type { Operation } from './operation.ts';

const service = z.object({
  kind: z.string().describe('Kind of the task: the code that turns an input into a prediction.'),
  title: z.string().describe('Display name of the task.'),
  status: z.enum(['healthy', 'unhealthy', 'unreachable']),
  models: z.record(z.string(), z.unknown()).optional(),
  reason: z.string().optional(),
});

const health = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']).describe('Degraded: only some services are healthy.'),
  services: z.record(z.string(), service),
  uptime: z.number(),
  timestamp: z.iso.datetime(),
});

export type GatewayHealth = z.infer<typeof health>;

const summary = z.object({
  service_metrics: z.object({ total_requests: z.number(), total_errors: z.number(), uptime_seconds: z.number(), uptime_hours: z.number() }),
  timestamp: z.iso.datetime(),
});

/** The gateway's own calls; under each service's name it passes on that service's. */
export const gatewayOperations = {
  root: {
    id: 'root',
    method: 'get',
    access: 'open',
    path: '/',
    tag: 'gateway',
    summary: 'The suite: its services and where to go',
    answers: { 200: json('The suite.', root.omit({ model_accuracy: true })) },
    problems: [],
  },
  health: {
    id: 'health',
    method: 'get',
    access: 'open',
    path: '/health',
    tag: 'gateway',
    plane: 'both',
    summary: 'Health of the suite, service by service',
    answers: { 200: json('At least one service is healthy.', health), 503: json('No service is healthy.', health) },
    problems: [],
  },
  ...probes('gateway'),
  metrics: { ...metricsOperation('gateway', summary), access: 'caller' },
  status: {
    id: 'status',
    method: 'get',
    access: 'caller',
    path: '/status',
    tag: 'gateway',
    plane: 'operations',
    summary: 'Status page of the suite',
    answers: { 200: { description: 'Services, versions, weights, request rates, latencies, drift; renews itself.', content: { 'text/html': {} } } },
    problems: [],
  },
  experiments: gatewayExperiments,
} as const satisfies Record<string, Operation>;
