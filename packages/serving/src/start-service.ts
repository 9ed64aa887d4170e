import { createShell, isJoining, isPrimary, run, supervise } from '@facet/http';
import { createLog, createMetrics, startTracing } from '@facet/telemetry';
import type { InferenceConfig } from './inference-fields.ts';
import { Models, servingProcesses } from './models.ts';
import { Predictor } from './predictor.ts';
import { declareRoutes } from './routes.ts';
import { createServingMetrics } from './serving-metrics.ts';
import type { Task, TaskParts } from './task.ts';

/**
 * Brings up one inference service: listens at once, so that probes are answered, and opens its models meanwhile.
 *
 * Where its models run on the event loop it does so in a process for each CPU.
 *
 * @param makeTask loads and makes the task, in a process that serves
 */
export async function startService<Input, Answer extends object>(
  name: string,
  config: InferenceConfig,
  makeTask: (parts: TaskParts) => Promise<Task<Input, Answer>>,
): Promise<void> {
  const log = await createLog({ service: name, level: config.logLevel, format: config.logFormat, file: config.logFile });
  const processes = isPrimary() ? await servingProcesses(config, name) : 1;
  if (processes > 1) {
    supervise({ processes, log });
    return;
  }
  const metrics = createMetrics();
  const [task, tracing] = await Promise.all([makeTask({ registry: metrics.registry }), startTracing(name, config.otlpEndpoint)]);
  const servingMetrics = createServingMetrics(metrics.registry);
  const models = new Models(config, servingMetrics, log);
  const predictor = new Predictor(task, models, config.weights, servingMetrics);
  const shell = createShell({ config, log, metrics, tracing });
  declareRoutes({ shell, task, models, predictor, metrics, config });

  // The first to serve listens at once, so that probes are answered; whoever joins gets requests as soon as it listens.
  if (isJoining()) {
    await models.load(task);
    if (!models.allReady) throw new Error('its models cannot be loaded, though they could before');
  }
  await run({
    shell,
    log,
    config,
    close: async () => {
      await Promise.all([models.close(), tracing.close()]);
      metrics.close();
    },
  });
  if (!isJoining()) await models.load(task);
}
