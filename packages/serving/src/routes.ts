import {
  ensembleVersion,
  fromTexts,
  inferenceOperations,
  oipOperations,
  optionsOf,
  predictId,
  type streamQuery,
  version,
  withBodyLimit,
  type BatchAnswer,
  type Health,
  type InferenceOperations,
  type ModelInfo,
  type TaskContract,
} from '@facet/contracts';
import { describeApi, serveMetrics, serveProbes, type Received, type Reply, type RequestContext, type Shell } from '@facet/http';
import type { ObjectStore } from '@facet/object-store';
import { Problem } from '@facet/problem';
import { isoNow, StageClock, type Metrics } from '@facet/telemetry';
import type { z } from 'zod';
import { declareDriftRoutes } from './drift-routes.ts';
import type { Answerer } from './ensemble.ts';
import { experimentsReply } from './experiments-reply.ts';
import type { InferenceConfig } from './inference-fields.ts';
import type { Models } from './models.ts';
import type { Observer } from './observe/observer.ts';
import { declareOip } from './oip/routes.ts';
import { SampleDesk } from './samples/sample-desk.ts';
import { declareSampleRoutes } from './samples/sample-routes.ts';
import { predictionHeaders } from './prediction-headers.ts';
import { summarise } from './summarise.ts';
import { versionInfo } from './version-info.ts';
import type { Predictor } from './predictor.ts';
import type { Task } from './task.ts';

const maxBatchItems = 64;

interface RouteParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly task: Task<Input, Answer>;
  readonly models: Models;
  readonly predictor: Predictor<Input, Answer>;
  readonly metrics: Metrics;
  readonly config: Pick<InferenceConfig, 'bodyMaxBytes' | 'taskBodyMaxBytes' | 'jsonMaxDepth' | 'modelVersions' | 'labelledMaxBytes'>;
  readonly weights: Readonly<Record<string, number>>;
  readonly observer: Observer<Input, Answer>;
  /** Where samples are kept, if people may look at them. */
  readonly samples: ObjectStore | undefined;
}

/** Declares every call of an inference service. */
export function declareRoutes<Input, Answer extends object>(parts: RouteParts<Input, Answer>): void {
  const { shell, task, models, metrics, observer } = parts;
  const { contract } = task;
  const { config } = parts;
  const operations = inferenceOperations(withBodyLimit<TaskContract>(contract, config.taskBodyMaxBytes, config.bodyMaxBytes), config.modelVersions);

  shell.serve(operations.root, () => rootReply(parts));
  shell.serve(operations.health, () => healthReply(parts));
  serveProbes(shell, operations, () => models.allReady);
  shell.serve(operations.predict, (context) => predictReply(parts, context));
  for (const name of config.modelVersions) shell.serve(operations[predictId(name)]!, (context) => predictReply(parts, context, name));
  shell.serve(operations.predictVersion, (context) => predictReply(parts, context, context.params['version']));
  shell.serve(operations.predictEnsemble, (context) => predictReply(parts, context, ensembleVersion));
  shell.serve(operations.batch, (context) => batchReply(parts, context), { maxFiles: maxBatchItems });
  shell.serve(operations.modelInfo, () => modelInfoReply(parts));
  declareStream(parts, operations);
  declareDriftRoutes(shell, operations, () => observer.flush());
  const { samples: store } = parts;
  const { defaultVersion } = parts.predictor;
  declareSampleRoutes(shell, operations, store && new SampleDesk({ task, models, defaultVersion, store, maxBytes: config.labelledMaxBytes }));
  shell.serve(operations.experiments, () => experimentsReply(parts));
  serveMetrics(shell, operations.metrics, metrics, (registry) => summarise(parts, registry));
  declareOip(parts);
  const all = [...Object.values(operations), ...Object.values(oipOperations([contract.task], contract.oipExample))];
  shell.servePages(describeApi({ title: `Facet ${contract.title}`, version, description: contract.description, operations: all }));
  shell.finish();
}

function declareStream<I, A extends object>({ shell, task, predictor, metrics }: RouteParts<I, A>, operations: InferenceOperations): void {
  const { stream: kind } = task;
  const { stream: opened } = operations;
  if (!kind || !opened) return;
  shell.serveStream(opened, kind.limits, (asked) => {
    const model = predictor.answererFor(asked);
    const query = opened.query ? optionsOf(opened.query, queryOf(asked)) : {};
    let frames = 0;
    return (stream) =>
      kind.listen(stream, {
        model,
        query,
        maxFramesPerSecond: (query as z.infer<typeof streamQuery>).max_frames_per_second ?? Infinity,
        async predict(read, work) {
          try {
            return (
              await predictor.predict(read, model, work, {
                requestId: `${asked.id}.${frames++}`,
                user: asked.user,
                caller: asked.caller,
                bytes: undefined,
                isShadow: false,
              })
            ).answer;
          } finally {
            metrics.observeStages(work.clock);
          }
        },
      });
  });
}

function isReady({ shell, models }: Pick<RouteParts<unknown, object>, 'shell' | 'models'>): boolean {
  return models.allReady && !shell.draining;
}

function rootReply<I, A extends object>({ task, models }: RouteParts<I, A>): Reply {
  return {
    body: {
      message: `Facet ${task.contract.title}: ${task.contract.description}`,
      version,
      endpoints: {
        predict: '/predict',
        ...Object.fromEntries([...models.slots.keys()].map((name) => [`predict_${name}`, `/${name}/predict`])),
        predict_ensemble: `/${ensembleVersion}/predict`,
        batch: '/batch/predict',
        health: '/health',
        model_info: '/model_info',
        metrics: '/metrics',
        docs: '/docs',
      },
      model_accuracy: Object.fromEntries(models.ready.map(({ manifest }) => [manifest.version, manifest.accuracy?.value ?? null])),
      status: 'running',
    },
  };
}

function healthReply<I, A extends object>(parts: RouteParts<I, A>): Reply {
  const { models, predictor, shell } = parts;
  const loaded = isReady(parts);
  const states = [...models.slots].map(([name, slot]) => [
    name,
    slot.status === 'ready'
      ? { status: slot.status, model: slot.model.reference }
      : slot.status === 'failed'
        ? { status: slot.status, reason: slot.reason }
        : { status: slot.status },
  ]);
  const body: Health = {
    status: loaded ? 'healthy' : 'unhealthy',
    model_loaded: models.allReady,
    model_version: predictor.defaultVersion,
    models: Object.fromEntries(states),
    ...(shell.draining && { draining: true }),
    uptime: Math.round(process.uptime() * 1000) / 1000,
    timestamp: new Date().toISOString(),
  };
  return { status: loaded ? 200 : 503, body, ...(!loaded && { headers: { 'retry-after': '1' } }) };
}

/** The task's answer in its envelope, with the time in the model and the time of day. */
function inEnvelope<I, A extends object>(task: Task<I, A>, requestId: string, model: Answerer, answer: A, clock: StageClock): Record<string, unknown> {
  return {
    request_id: requestId,
    version: model.version,
    ...answer,
    [task.keys.time]: round6((clock.spent('infer') ?? 0) / 1000),
    timestamp: isoNow(),
  };
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

async function predictReply<I, A extends object>({ task, predictor }: RouteParts<I, A>, context: RequestContext, pinned?: string): Promise<Reply> {
  const model = predictor.answererFor(context, pinned);
  context.notes['version'] = model.version;
  const query = task.contract.query ? optionsOf(task.contract.query, queryOf(context)) : {};
  const { input, answer } = await predictor.predict(() => task.read(context.received!, query), model, context, {
    requestId: context.id,
    user: context.user,
    caller: context.caller,
    bytes: bytesOf(context.received!),
    isShadow: context.isShadow,
  });
  Object.assign(context.notes, task.describe(answer));
  const headers = predictionHeaders(model, context.clock);
  const other = await task.render?.(answer, input, context);
  if (other) return { ...other, headers: { ...headers, ...other.headers } };
  return { body: inEnvelope(task, context.id, model, answer, context.clock), headers };
}

/** The input as it was sent: the file of a form, or the whole body. */
function bytesOf(received: Received): Buffer {
  return received.kind === 'form' ? (received.files[0]?.bytes ?? received.bytes) : received.bytes;
}

function queryOf({ request }: Pick<RequestContext, 'request'>): Record<string, unknown> {
  const at = request.url?.indexOf('?') ?? -1;
  return at < 0 ? {} : fromTexts(new URLSearchParams(request.url!.slice(at + 1)));
}

/** Reads the items of a batch without judging them: each fails alone. */
function batchItems<I, A extends object>(task: Task<I, A>, context: RequestContext): (() => I)[] {
  const received = context.received!;
  if (received.kind === 'form') {
    const files = received.files.filter(({ field }) => field === 'file');
    if (files.length === 0) throw new Problem('missing-file', "Send each image as a form field 'file'.");
    return files.map((file) => () => task.read({ ...received, files: [file] }, {}));
  }
  const items = received.kind === 'json' ? (received.value as { items?: unknown } | null)?.items : undefined;
  if (!Array.isArray(items) || items.length === 0 || items.length > maxBatchItems) {
    const detail = `expected a list of 1 to ${maxBatchItems} items${Array.isArray(items) ? `, found ${items.length}` : ''}`;
    throw new Problem('invalid-field', `items: ${detail}`, { errors: [{ pointer: '/items', detail }] });
  }
  return items.map((item: unknown) => () => task.readItem(item));
}

async function batchReply<I, A extends object>({ task, predictor, metrics }: RouteParts<I, A>, context: RequestContext): Promise<Reply> {
  const model = predictor.answererFor(context);
  context.notes['version'] = model.version;
  const items = batchItems(task, context);
  const results = await Promise.all(
    items.map(async (read, index): Promise<BatchAnswer['results'][number]> => {
      const work = {
        deadlineAt: context.deadlineAt,
        clock: new StageClock(),
        get cancelled() {
          return context.cancelled;
        },
      };
      try {
        const { answer } = await predictor.predict(read, model, work, {
          requestId: `${context.id}.${index}`,
          user: context.user,
          caller: context.caller,
          bytes: undefined,
          isShadow: context.isShadow,
        });
        return { index, status: 200, result: inEnvelope(task, `${context.id}.${index}`, model, answer, work.clock) };
      } catch (error) {
        const problem = Problem.from(error);
        if (problem.code === 'internal') context.notes['err'] = problem.cause;
        return { index, status: problem.status, problem: problem.toBody(`${context.id}.${index}`) };
      } finally {
        metrics.observeStages(work.clock);
      }
    }),
  );
  const succeeded = results.filter(({ status }) => status === 200).length;
  context.notes['items'] = results.length;
  context.notes['failed'] = results.length - succeeded;
  const body: BatchAnswer = {
    request_id: context.id,
    version: model.version,
    results,
    succeeded,
    failed: results.length - succeeded,
    inference_time: round6(context.clock.elapsed() / 1000),
    timestamp: isoNow(),
  };
  return { body, headers: predictionHeaders(model, context.clock) };
}

function modelInfoReply<I, A extends object>({ task, models, predictor }: RouteParts<I, A>): Reply {
  if (models.ready.length === 0) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
  const body: ModelInfo = {
    task: task.contract.task,
    default_version: predictor.defaultVersion,
    versions: Object.fromEntries(models.ready.map(({ manifest }) => [manifest.version, versionInfo(manifest)])),
  };
  return { body };
}
