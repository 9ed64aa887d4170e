import { bodyBudget, cpuQuota, type Fields } from '@facet/config';
import type { Feature } from '@facet/drift';
import { inferenceOperations, planesOf } from '@facet/contracts';
import { equalWeights } from '@facet/experiment';
import { collectLess, createShell, isJoining, isPrimary, run, ServiceToken, serviceGuard, supervise } from '@facet/http';
import { createLog, createMetrics, startTracing, storageHealth } from '@facet/telemetry';
import { declareRoutes } from './declare-routes.ts';
import type { InferenceConfig } from './settings/inference-fields.ts';
import { Models, servingProcesses } from './plane/models.ts';
import { DataPlane } from './plane/data-plane.ts';
import { openObserveServices } from './observe/open-observe-services.ts';
import { openObservers } from './observe/open-observers.ts';
import { openSampleStore } from './observe/open-sample-store.ts';
import { trackWrites } from './samples/track-writes.ts';
import type { TaskConfig } from './settings/task-settings.ts';
import { createServingMetrics } from './plane/serving-metrics.ts';
import type { Task, TaskParts } from './task/task.ts';

interface Service<Input, Answer extends object, Seen> {
  /** What its predictions are watched by; declared apart from the task, for the supervising process loads none. */
  readonly features: readonly Feature[];
  /** Loads and makes the task, in a process that serves. */
  readonly makeTask: (parts: TaskParts) => Promise<Task<Input, Answer, Seen>>;
}

/** What the gateway adds to a head that it passes on, with room to spare: a head that it takes must not be too large here. */
const gatewayHeadersBytes = 8 * 1024;

/**
 * Brings up one inference service: listens at once, so that probes are answered, and opens its models meanwhile.
 *
 * Where its models run on the event loop it does so in a process for each CPU.
 */
export async function startService<Input, Answer extends object, Seen>(
  config: InferenceConfig & Pick<TaskConfig<Fields>, 'contract' | 'declared' | 'ignored'>,
  { features, makeTask }: Service<Input, Answer, Seen>,
): Promise<void> {
  const name = config.contract.task;
  const log = await createLog({ service: name, level: config.logLevel, format: config.logFormat, file: config.logFile });
  if (isPrimary() && config.ignored.length > 0)
    log.warn({ settings: config.ignored, task: name }, `settings of the task ${config.contract.kind} do not hold for this task: name them TASK_<TASK>_…`);
  const processes = isPrimary() ? await servingProcesses(config, name) : 1;
  // What is watched is watched in one place for all processes of the pod.
  const observeServices = isPrimary() ? await openObserveServices(name, features, config, log) : undefined;
  if (processes > 1) {
    supervise({ processes, log, close: async () => observeServices?.close() });
    return;
  }
  if (isPrimary()) collectLess();
  const metrics = createMetrics();
  const [made, tracing] = await Promise.all([makeTask({ registry: metrics.registry }), startTracing(name, config.otlpEndpoint)]);
  // What a task sees is its own affair: nothing here looks into it.
  const task = made as Task<Input, Answer>;
  const servingMetrics = createServingMetrics(metrics.registry, config.contract.kind);
  const models = new Models(config, servingMetrics, log);
  const { observer, auditor } = await openObservers(task, config, metrics.registry, log);
  const store = config.labelling ? await openSampleStore(config, { attempts: 3 }) : undefined;
  const samples = store && trackWrites(store, storageHealth('labels'), log);
  const weights = config.weights ?? equalWeights(config.modelVersions);
  const plane = new DataPlane({ task, models, weights, metrics, servingMetrics, observer, auditor });
  const sharing = isPrimary() ? 1 : config.workers || cpuQuota();
  const token = await ServiceToken.open(config, log);
  // The other port is reached by the gateway alone, which passes some operations on.
  const operations = { planeOf: planesOf(Object.values(inferenceOperations(task.contract, config.modelVersions))), isOnBothPorts: true };
  const shell = await createShell({
    config,
    log,
    metrics,
    tracing,
    bodyBudgetBytes: bodyBudget(config.bodyBudgetBytes, sharing),
    ...serviceGuard(token),
    operations: config.operationsPort === undefined ? undefined : operations,
    excludesShadows: true,
  });
  declareRoutes({ shell, plane, metrics, config, observer, samples });

  // The first to serve listens at once, so that probes are answered; whoever joins gets requests as soon as it listens.
  if (isJoining()) {
    await models.load(task, config.declared.labels);
    if (!models.allReady) throw new Error('its models cannot be loaded, though they could before');
  }
  await run({
    shell,
    log,
    config: { ...config, headersHeadroomBytes: gatewayHeadersBytes },
    close: async () => {
      await Promise.all([models.close(), tracing.close(), observer.close(), auditor?.close(), samples?.close()]);
      await observeServices?.close();
      token?.close();
      await metrics.close();
    },
  });
  if (!isJoining()) await models.load(task, config.declared.labels);
}
