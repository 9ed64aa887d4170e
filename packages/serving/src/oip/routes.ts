import { oipIndexRequest, oipOperations, parseJson, version, type OipHealth, type OipIndex } from '@facet/contracts';
import { readBody, type Reply, type RequestContext, type Shell } from '@facet/http';
import { Problem } from '@facet/problem';
import type { Metrics } from '@facet/telemetry';
import type { InferenceConfig } from '../inference-fields.ts';
import type { Models } from '../models.ts';
import type { Predictor } from '../predictor.ts';
import type { ServedModel } from '../served-model.ts';
import type { Task } from '../task.ts';
import { describeConfig, describeModel, oipVersion } from './describe-model.ts';
import { infer } from './infer.ts';
import { createOipRecorder } from './statistics.ts';

interface OipParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly task: Task<Input, Answer>;
  readonly models: Models;
  readonly predictor: Predictor<Input, Answer>;
  readonly metrics: Metrics;
  readonly config: Pick<InferenceConfig, 'jsonMaxDepth'>;
}

const maxIndexBytes = 64 * 1024;

/** Declares the Open Inference Protocol over the versions of a service's task. */
export function declareOip<Input, Answer extends object>({ shell, task, models, predictor, metrics, config }: OipParts<Input, Answer>): void {
  const name = task.contract.task;
  const operations = oipOperations([name], task.contract.oipExample);
  const recorder = createOipRecorder(metrics);

  /** The version that a path pins, as it is called here. */
  const pinned = ({ params }: RequestContext): string | undefined => {
    const { model, version: asked } = params;
    if (model !== name) throw new Problem('unknown-model', `Request for unknown model: '${String(model).slice(0, 80)}' is not found`);
    if (asked === undefined) return undefined;
    const found = [...models.slots.keys()].find((known) => oipVersion(known) === asked);
    if (found === undefined) throw new Problem('unknown-version', `Request for unknown model: '${name}' has no version '${asked.slice(0, 40)}'`);
    return found;
  };
  /** Models that a call is about: the one that it pins, or all that are ready. */
  const about = (context: RequestContext): readonly ServedModel[] => {
    const only = pinned(context);
    if (only !== undefined) return [predictor.modelFor(context, only)];
    if (models.ready.length === 0) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
    return models.ready;
  };
  const manifests = (context: RequestContext) => about(context).map(({ manifest }) => manifest);

  const health = (isGood: boolean): Reply => {
    const ready = models.allReady && !shell.draining;
    const body: OipHealth = { live: true, ready, ...(!isGood && { error: shell.draining ? 'draining' : 'not every model is ready; /health says why' }) };
    return { status: isGood ? 200 : 503, body, ...(!isGood && { headers: { 'retry-after': '1' } }) };
  };
  const modelReady = (context: RequestContext): Reply => {
    const only = pinned(context);
    const ready = !shell.draining && (only === undefined ? models.ready.length > 0 : models.slots.get(only)?.status === 'ready');
    return ready
      ? { body: { name, ready } }
      : { status: 503, body: { name, ready, error: 'the model is not ready; /health says why' }, headers: { 'retry-after': '1' } };
  };
  const statistics = async (versions: readonly string[]): Promise<Reply> => ({ body: await recorder.statistics(name, versions) });
  const statisticsOf = (context: RequestContext): Promise<Reply> => {
    const only = pinned(context);
    return statistics(only === undefined ? [...models.slots.keys()] : [only]);
  };
  const refuseLoading = (context: RequestContext): never => {
    pinned(context);
    throw new Problem('not-implemented', 'models are loaded by configuration (MODEL_VERSIONS, MODEL_<VERSION>_PATH) when a process starts');
  };

  const inferReply = async (context: RequestContext): Promise<Reply> => {
    const only = pinned(context);
    const preferred = predictor.modelFor(context, only);
    const free = only === undefined && context.forcedVersion === undefined;
    let { version: answering } = preferred;
    try {
      const candidates = free ? [preferred, ...models.ready.filter((model) => model !== preferred)] : [preferred];
      const reply = await infer(context, candidates, task.encoded, config.jsonMaxDepth, context.isShadow ? predictor.shadowRows : predictor, (model) => {
        answering = model.version;
      });
      if (!context.isShadow) recorder.record(answering, 'success', context.clock);
      predictor.count(answering, 'success', context.clock, context.isShadow);
      return reply;
    } catch (error) {
      if (!context.isShadow) recorder.record(answering, 'fail', context.clock);
      predictor.count(answering, 'error', context.clock, context.isShadow);
      throw error;
    }
  };

  shell.serve(operations.server, () => ({
    body: { name: 'facet', version, extensions: ['binary_tensor_data', 'model_configuration', 'statistics', 'model_repository', 'parameters'] },
  }));
  shell.serve(operations.live, () => health(true));
  shell.serve(operations.ready, () => health(models.allReady && !shell.draining));
  shell.serve(operations.models, () => ({ body: { models: [name] } }));
  shell.serve(operations.index, async (context) => {
    const onlyReady = readIndexRequest(await readBody(context, maxIndexBytes), config.jsonMaxDepth);
    return { body: indexOf(name, models).filter(({ state }) => !onlyReady || state === 'READY') };
  });
  shell.serve(operations.load, refuseLoading);
  shell.serve(operations.unload, refuseLoading);
  shell.serve(operations.allStatistics, () => statistics([...models.slots.keys()]));
  for (const operation of [operations.model, operations.modelVersion]) shell.serve(operation, (context) => ({ body: describeModel(name, manifests(context)) }));
  for (const operation of [operations.modelReady, operations.modelReadyVersion]) shell.serve(operation, modelReady);
  for (const operation of [operations.config, operations.configVersion])
    shell.serve(operation, (context) => ({ body: describeConfig(name, manifests(context), task.encoded.name) }));
  for (const operation of [operations.statistics, operations.statisticsVersion]) shell.serve(operation, statisticsOf);
  for (const operation of [operations.infer, operations.inferVersion]) shell.serve(operation, inferReply);
}

/** Whether only models that can answer are wanted; an empty body wants all. */
function readIndexRequest(body: Buffer, jsonMaxDepth: number): boolean {
  if (body.length === 0) return false;
  const result = oipIndexRequest.safeParse(parseJson(body, jsonMaxDepth, 'strict'));
  if (!result.success) throw new Problem('invalid-inference', 'expected nothing, or {"ready": true}');
  return result.data.ready ?? false;
}

function indexOf(name: string, { slots }: Models): OipIndex {
  const states = { ready: 'READY', loading: 'LOADING', failed: 'UNAVAILABLE' } as const;
  return [...slots].map(([of, slot]) => ({
    name,
    version: oipVersion(of),
    state: states[slot.status],
    reason: slot.status === 'failed' ? slot.reason : '',
  }));
}
