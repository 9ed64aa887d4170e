import { bodyBudget, cpuQuota } from '@facet/config';
import { gatewayOperations, oipOperations, planesOf, version, type Operation, type Plane } from '@facet/contracts';
import { createShell, describeApi, isJoining, isPrimary, run, serveMetrics, serveProbes, ServiceToken, supervise, type Reply, type Shell } from '@facet/http';
import { createRedisMetrics, RedisLink } from '@facet/redis';
import { createLog, createMetrics, startTracing } from '@facet/telemetry';
import type { Registry } from 'prom-client';
import type { AccessControl } from './admit/access-control.ts';
import { openAccessControl } from './admit/open-access-control.ts';
import { openPodConcurrency } from './admit/pod-concurrency.ts';
import { warnIfOpen } from './admit/warn-if-open.ts';
import { openPodRateLimiter } from './admit/pod-rate-limiter.ts';
import { openCache } from './cache/open-cache.ts';
import type { GatewayConfig } from './config.ts';
import { experimentsReply, openExperiments } from './experiments/open-experiments.ts';
import { RetryBudget } from './forward/retry-budget.ts';
import { createUpstreamMetrics, type UpstreamMetrics } from './route/upstream-metrics.ts';
import { Upstream } from './forward/upstream.ts';
import type { ModelService } from './oip/model-service.ts';
import { declareOip } from './oip/routes.ts';
import { ask } from './pipeline/ask.ts';
import { BrownOut } from './pipeline/degrade.ts';
import { createPipeline, type Forward } from './pipeline/pipeline.ts';
import { Service } from './route/service.ts';
import { WeightsFile } from './route/weights-file.ts';
import { createStatusPage } from './status/status-page.ts';
import { loadSite } from './site/load-site.ts';
import { serveSite, statusFrame } from './site/serve-site.ts';
import { openStream } from './stream/open-stream.ts';
import { operationsOf, serveTask } from './route/serve-task.ts';
import { taskSettings, type TaskSettings } from './task-settings.ts';
import { askBriefly, suiteHealth } from './suite-health.ts';

/** Connections of one address, where clients are not behind a proxy: far more than any program needs, and a fifth of MAX_CONNECTIONS. */
const usualPerAddress = 2000;

/** Brings up the gateway, in a process for each CPU. */
export async function startGateway(config: GatewayConfig, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const settings = taskSettings(config, env);
  const log = await createLog({ service: 'gateway', level: config.logLevel, format: config.logFormat, file: config.logFile });
  const processes = config.workers || cpuQuota();
  if (isPrimary()) {
    openPodRateLimiter();
    openPodConcurrency();
  }
  if (isPrimary() && processes > 1) {
    supervise({ processes, log });
    return;
  }
  const metrics = createMetrics();
  const tracing = await startTracing('gateway', config.otlpEndpoint);
  const redisMetrics = createRedisMetrics(metrics.registry);
  const redis = config.redisUrl === undefined ? undefined : await RedisLink.open(config.redisUrl, log, redisMetrics('state'));
  const hasOwnCache = config.cache === 'redis' && config.cacheRedisUrl !== undefined;
  const cacheRedis = hasOwnCache ? await RedisLink.open(config.cacheRedisUrl, log, redisMetrics('cache')) : redis;
  const cache = openCache(config, cacheRedis, metrics.registry);
  const access = await openAccessControl({ config, tasks: settings.map(({ contract }) => contract.task), log, registry: metrics.registry, redis });
  const taskOperations = settings.map(operationsOf);
  const planeOf = planesOfCalls(settings, taskOperations.flat());
  const operations = config.operationsPort === undefined ? undefined : { planeOf, isOnBothPorts: false };
  const shell = await createShell({
    config,
    log,
    metrics,
    tracing,
    guard: access.guard,
    operations,
    bodyBudgetBytes: bodyBudget(config.bodyBudgetBytes, processes),
  });
  const serviceToken = await ServiceToken.open(config, log);
  const upstreamMetrics = createUpstreamMetrics(metrics.registry);
  const services = settings.map((one) => openService(one, config, upstreamMetrics, serviceToken));
  upstreamMetrics.watch(services);
  // Every process of the gateway sees the same cluster and the same file; one of them speaks of it.
  const quietLog = isJoining() ? log.child({}, { level: 'silent' }) : log;
  warnIfOpen(config, quietLog);
  const weightsFile =
    config.weightsFile === undefined
      ? undefined
      : await WeightsFile.open({
          path: config.weightsFile,
          versions: Object.fromEntries(services.map(({ task, available }) => [task, available])),
          log: quietLog,
          onChange: (weights) => services.forEach((service, index) => (service.weights = weights[service.task] ?? settings[index]!.weights)),
        });
  const upstreams = services.flatMap((service) => [...service.upstreams.keys()]);
  // What speaks with a cluster is only loaded where there is one.
  const discovery =
    config.discovery === 'kubernetes' ? (await import('./discover/discover.ts')).discover({ cluster: config, upstreams, log: quietLog }) : undefined;

  const experiments = openExperiments(services, config, metrics, ask);
  const brownOut = new BrownOut(config, cache, metrics.registry);
  const forward = createPipeline({ experiments, brownOut, cache, trustedProxies: config.trustedProxies });
  for (const [index, service] of services.entries()) serveTask(shell, settings[index]!, taskOperations[index]!, (context) => forward(context, service));
  const oip = declareOip(
    shell,
    services.map((service) => modelService(service, forward)),
    settings[0]!.contract.oipExample,
  );

  serveStreams({ shell, services, settings, config, access, serviceToken });
  const site = await loadSite(config.webDir, log, operations?.planeOf);
  const home = serveSite(shell, site);
  shell.serve(gatewayOperations.root, (context) => home(context) ?? rootReply(services, operations === undefined));
  shell.serve(gatewayOperations.health, async () => {
    const body = await suiteHealth(services.map(({ upstream }, index) => ({ contract: settings[index]!.contract, upstream })));
    return { status: body.status === 'unhealthy' ? 503 : 200, body };
  });
  shell.serve(gatewayOperations.experiments, () => experimentsReply(experiments, metrics));
  serveProbes(shell, gatewayOperations, () => true);
  serveMetrics(shell, gatewayOperations.metrics, metrics, summarise);
  shell.serve(gatewayOperations.status, createStatusPage(metrics, services, statusFrame(site), operations && 'operations'));
  shell.servePages(
    describeApi({
      title: 'Facet',
      version,
      description: 'Hand gestures, handwritten digits, objects in images: one API for all services.',
      operations: [...Object.values(gatewayOperations), ...taskOperations.flat(), ...Object.values(oip)],
      needsIdentity: access.needsIdentity,
    }),
  );
  shell.finish();

  await run({
    shell,
    log,
    config: { ...config, maxConnectionsPerAddress: config.maxConnectionsPerAddress ?? (config.trustedProxies > 0 ? undefined : usualPerAddress) },
    close: async () => {
      access.close();
      serviceToken?.close();
      redis?.close();
      if (cacheRedis !== redis) cacheRedis?.close();
      weightsFile?.close();
      discovery?.close();
      for (const upstream of upstreams) upstream.close();
      await tracing.close();
      await metrics.close();
    },
  });
}

/** On which port each call belongs. */
function planesOfCalls(settings: readonly TaskSettings[], ofTasks: readonly Operation[]): (path: string) => Plane {
  const { task, oipExample } = settings[0]!.contract;
  return planesOf([
    ...Object.values(gatewayOperations),
    ...ofTasks,
    ...Object.values(oipOperations([task], oipExample)),
    { path: '/label', plane: 'operations' },
    { path: '/assets/*', plane: 'both' },
  ]);
}

interface StreamParts {
  readonly shell: Shell;
  readonly services: readonly Service[];
  readonly settings: readonly TaskSettings[];
  readonly config: GatewayConfig;
  readonly access: AccessControl;
  readonly serviceToken: ServiceToken | undefined;
}

/** The WebSockets of those services that have one. */
function serveStreams({ shell, services, settings, config, access, serviceToken }: StreamParts): void {
  const { admitStream } = access;
  for (const [index, { contract }] of settings.entries()) {
    if (!contract.stream) continue;
    const service = services[index]!;
    // A picture is as long as a body may be.
    const streamMessageMaxBytes = 'multipart/form-data' in contract.body ? contract.bodyMaxBytes! : config.streamMessageMaxBytes;
    const open = openStream({ service, connectTimeoutMs: config.connectTimeoutMs, serviceToken });
    shell.streams.serve(`/${contract.task}/stream`, { ...config, streamMessageMaxBytes }, async (asked) =>
      open(asked, await admitStream(asked.request, contract.task)),
    );
  }
}

/** One task, with an upstream for each URL: versions that share one share its connections. */
function openService(
  { contract: { task, kind }, url, versions: available, versionUrls, weights }: TaskSettings,
  config: GatewayConfig,
  metrics: UpstreamMetrics,
  serviceToken: ServiceToken | undefined,
): Service {
  const budget = new RetryBudget({ burst: config.upstreamConnections });
  const byUrl = new Map<string, Upstream>();
  const upstreamAt = (at: string, name: string): Upstream => {
    const known = byUrl.get(at);
    if (known) return known;
    const { upstreamConnections: connections, connectTimeoutMs, connectionMaxAgeMs: maxAgeMs, upstreamHttpClient: httpClient, hedgeQuantile } = config;
    const reach = { connections, connectTimeoutMs, maxAgeMs, httpClient };
    const upstream = new Upstream(at, { ...reach, hedgeQuantile, budget, events: metrics.eventsOf(task, name), admission: config, serviceToken });
    byUrl.set(at, upstream);
    return upstream;
  };
  const versions = Object.fromEntries(Object.entries(versionUrls).map(([name, at]) => [name, upstreamAt(at, name)]));
  return new Service({ task, kind, available, weights, budget, versions, upstream: upstreamAt(url, 'any') });
}

function modelService(service: Service, forward: Forward): ModelService {
  return {
    task: service.task,
    available: service.available,
    forward: (context, forced) => forward(context, service, forced),
    ask: (of, path) => askBriefly(service.upstreamOf(of), path),
  };
}

/** @param hasOperations `/metrics` and `/status` are on this port */
function rootReply(services: readonly Service[], hasOperations: boolean): Reply {
  return {
    headers: { vary: 'accept' },
    body: {
      message: 'Facet: hand gestures, handwritten digits, objects in images',
      version,
      endpoints: {
        predict: '/{service}/predict',
        health: '/health',
        ...(hasOperations && { metrics: '/metrics', status: '/status' }),
        docs: '/docs',
        ...Object.fromEntries(services.map(({ task }) => [task, `/${task}`])),
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
