import type { GatewayHealth, TaskContract } from '@facet/contracts';
import type { UpstreamAnswer } from './http1/answer-parser.ts';
import type { Upstream } from './forward/upstream.ts';
import { ask } from './pipeline/ask.ts';

const probeTimeoutMs = 2000;

type ServiceHealth = GatewayHealth['services'][string];

/** Asks a service something of the gateway's own that it answers at once, or not at all. */
export function askBriefly(upstream: Upstream, path: string): Promise<UpstreamAnswer> {
  return ask(upstream, {
    method: 'GET',
    path,
    headers: {},
    body: null,
    deadlineAt: performance.now() + probeTimeoutMs,
    isRepeatable: true,
    mayHedge: false,
    caller: undefined,
    onCancel: (callback) => setTimeout(callback, probeTimeoutMs).unref(),
  });
}

async function probe(upstream: Upstream): Promise<Omit<ServiceHealth, 'kind' | 'title'>> {
  try {
    const answer = await askBriefly(upstream, '/health');
    const { models } = JSON.parse(answer.body.toString('utf8')) as { models?: Record<string, unknown> };
    return { status: answer.status === 200 ? 'healthy' : 'unhealthy', ...(models && { models }) };
  } catch (error) {
    return { status: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}

interface ProbedTask {
  readonly contract: Pick<TaskContract, 'task' | 'kind' | 'title'>;
  readonly upstream: Upstream;
}

/** Asks every service how it is, side by side. */
export async function suiteHealth(tasks: readonly ProbedTask[]): Promise<GatewayHealth> {
  const entries = await Promise.all(
    tasks.map(async ({ contract: { task, kind, title }, upstream }) => [task, { kind, title, ...(await probe(upstream)) }] as const),
  );
  const healthy = entries.filter(([, { status }]) => status === 'healthy').length;
  return {
    status: healthy === entries.length ? 'healthy' : healthy > 0 ? 'degraded' : 'unhealthy',
    services: Object.fromEntries(entries),
    uptime: Math.round(process.uptime() * 1000) / 1000,
    timestamp: new Date().toISOString(),
  };
}
