import { createShell, run, type Running } from '@facet/http';
import { createLog, createMetrics, startTracing } from '@facet/telemetry';
import type { InferenceConfig } from './inference-fields.ts';
import { Models } from './models.ts';
import { Predictor } from './predictor.ts';
import { declareRoutes } from './routes.ts';
import { createServingMetrics } from './serving-metrics.ts';
import type { Task, TaskParts } from './task.ts';

/**
 * Brings up one inference service: listens at once, so that probes are answered, and opens its models meanwhile.
 *
 * @param makeTask makes the task, once there is a registry for its own metrics
 */
export async function startService<Input, Answer extends object>(
  config: InferenceConfig,
  makeTask: (parts: TaskParts) => Task<Input, Answer>,
): Promise<Running & { readonly loaded: Promise<void> }> {
  const metrics = createMetrics();
  const task = makeTask({ registry: metrics.registry });
  const name = task.contract.task;
  const [log, tracing] = await Promise.all([
    createLog({ service: name, level: config.logLevel, format: config.logFormat, file: config.logFile }),
    startTracing(name, config.otlpEndpoint),
  ]);
  const servingMetrics = createServingMetrics(metrics.registry);
  const models = new Models(config, servingMetrics, log);
  const predictor = new Predictor(task, models, config.weights, servingMetrics);
  const shell = createShell({ config, log, metrics, tracing });
  declareRoutes({ shell, task, models, predictor, metrics });

  const running = await run({
    shell,
    log,
    config,
    close: async () => {
      await Promise.all([models.close(), tracing.close()]);
      metrics.close();
    },
  });
  return { ...running, loaded: models.load(task) };
}
