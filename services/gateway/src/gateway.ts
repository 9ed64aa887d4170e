import { cpuQuota } from '@facet/config';
import { gatewayOperations, inferenceOperations, taskContracts, underPrefix, version } from '@facet/contracts';
import { createShell, describeApi, isPrimary, run, serveMetrics, serveProbes, supervise, type Reply } from '@facet/http';
import { createLog, createMetrics, startTracing } from '@facet/telemetry';
import { Counter, type Registry } from 'prom-client';
import { upstreamSettings, type GatewayConfig } from './config.ts';
import { forward } from './forward/forward.ts';
import { Upstream } from './forward/upstream.ts';
import { resolveRoute } from './route/resolve-route.ts';
import { suiteHealth } from './suite-health.ts';

/** The calls of all services under their names. */
const serviceOperations = taskContracts.flatMap((contract) => underPrefix(contract.task, Object.values(inferenceOperations(contract))));
const knownPaths = new Set(serviceOperations.map(({ path }) => path));

/** Brings up the gateway, in a process for each CPU. */
export async function startGateway(config: GatewayConfig): Promise<void> {
  const log = await createLog({ service: 'gateway', level: config.logLevel, format: config.logFormat, file: config.logFile });
  const processes = config.workers || cpuQuota();
  if (isPrimary() && processes > 1) {
    supervise({ processes, log });
    return;
  }
  const metrics = createMetrics();
  const tracing = await startTracing('gateway', config.otlpEndpoint);
  const shell = createShell({ config, log, metrics, tracing });
  const services = upstreamSettings(config);
  const pools = new Map<string, Upstream>();
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Requests that were sent a second time',
    labelNames: ['service'] as const,
    registers: [metrics.registry],
  });
  const limits = { connections: config.upstreamConnections, connectTimeoutMs: config.connectTimeoutMs };
  const poolFor = (service: string, origin: string): Upstream => {
    const pool = pools.get(origin) ?? new Upstream(origin, limits, () => retries.inc({ service }));
    pools.set(origin, pool);
    return pool;
  };

  for (const { task, url, versionUrls, weights } of services) {
    const label = (path: string): string => {
      const known = path === '/' ? `/${task}` : `/${task}${path}`;
      return knownPaths.has(known) ? known : `/${task}/*`;
    };
    shell.serveBelow(`/${task}`, label, (context) => {
      const route = resolveRoute(
        context.request.url ?? '/',
        { task, available: config.modelVersions, weights },
        { forced: context.forcedVersion, user: context.user },
      );
      context.notes['version'] = route.version;
      return forward(context, poolFor(task, (route.version && versionUrls[route.version]) ?? url), route, config.bodyMaxBytes);
    });
  }

  shell.serve(gatewayOperations.root, rootReply);
  shell.serve(gatewayOperations.health, async () => {
    const body = await suiteHealth(new Map(services.map(({ task, url }) => [task, poolFor(task, url)])));
    return { status: body.status === 'unhealthy' ? 503 : 200, body };
  });
  serveProbes(shell, gatewayOperations, () => true);
  serveMetrics(shell, gatewayOperations.metrics, metrics, summarise);
  shell.servePages(
    describeApi({
      title: 'Facet',
      version,
      description: 'Hand gestures, handwritten digits, objects in images: one door to all services.',
      operations: [...Object.values(gatewayOperations), ...serviceOperations],
    }),
  );
  shell.finish();

  await run({
    shell,
    log,
    config,
    close: async () => {
      await Promise.all([tracing.close(), ...[...pools.values()].map((pool) => pool.close())]);
      metrics.close();
    },
  });
}

function rootReply(): Reply {
  return {
    body: {
      message: 'Facet: hand gestures, handwritten digits, objects in images',
      version,
      endpoints: {
        predict: '/{service}/predict',
        health: '/health',
        metrics: '/metrics',
        docs: '/docs',
        ...Object.fromEntries(taskContracts.map(({ task }) => [task, `/${task}`])),
      },
      status: 'running',
    },
  };
}

async function summarise(registry: Registry): Promise<Record<string, unknown>> {
  const values = (await registry.getSingleMetric('http_requests_total')?.get())?.values ?? [];
  const sum = (from: number): number => values.reduce((total, { labels, value }) => (Number(labels.status) >= from ? total + value : total), 0);
  const uptime = process.uptime();
  return {
    service_metrics: { total_requests: sum(0), total_errors: sum(400), uptime_seconds: uptime, uptime_hours: uptime / 3600 },
    timestamp: new Date().toISOString(),
  };
}
