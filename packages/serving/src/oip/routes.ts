import { oipIndexRequest, oipOperations, parseJson, version, type OipHealth, type OipIndex } from '@facet/contracts';
import { readBody, type Reply, type RequestContext, type Shell } from '@facet/http';
import { Problem } from '@facet/problem';
import type { DataPlane } from '../plane/data-plane.ts';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import { describeConfig, describeModel, oipVersion } from './describe-model.ts';
import { inferReply } from './infer.ts';
import { writeStatistics } from './write-statistics.ts';

interface OipParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly plane: DataPlane<Input, Answer>;
  readonly config: Pick<InferenceConfig, 'jsonMaxDepth'>;
}

const maxIndexBytes = 64 * 1024;

/** Declares the Open Inference Protocol over the versions of a service's task. */
export function declareOip<Input, Answer extends object>({ shell, plane, config }: OipParts<Input, Answer>): void {
  const { contract, encoded } = plane.task;
  const name = contract.task;
  const operations = oipOperations([name], contract.oipExample);

  /** The version that a path pins, as it is called here. */
  const pinned = ({ params }: RequestContext): string | undefined => {
    const { model, version: asked } = params;
    if (model !== name) throw new Problem('unknown-model', `Request for unknown model: '${String(model).slice(0, 80)}' is not found`);
    if (asked === undefined) return undefined;
    const found = [...plane.versions.keys()].find((known) => oipVersion(known) === asked);
    if (found === undefined) throw new Problem('unknown-version', `Request for unknown model: '${name}' has no version '${asked.slice(0, 40)}'`);
    return found;
  };
  const manifests = (context: RequestContext) => plane.metadata(pinned(context));

  const health = (isGood: boolean): Reply => {
    const ready = plane.isReady && !shell.draining;
    const body: OipHealth = { live: true, ready, ...(!isGood && { error: shell.draining ? 'draining' : 'not every model is ready; /health says why' }) };
    return { status: isGood ? 200 : 503, body, ...(!isGood && { headers: { 'retry-after': '1' } }) };
  };
  const modelReady = (context: RequestContext): Reply => {
    const only = pinned(context);
    const ready = !shell.draining && plane.isVersionReady(only);
    return ready
      ? { body: { name, ready } }
      : { status: 503, body: { name, ready, error: 'the model is not ready; /health says why' }, headers: { 'retry-after': '1' } };
  };
  const statistics = async (only?: string): Promise<Reply> => ({ body: writeStatistics(name, await plane.statistics(only)) });
  const refuseLoading = (context: RequestContext): never => {
    pinned(context);
    throw new Problem('not-implemented', 'models are loaded by configuration (MODEL_VERSIONS, MODEL_<VERSION>_PATH) when a process starts');
  };

  shell.serve(operations.server, () => ({
    body: { name: 'facet', version, extensions: ['binary_tensor_data', 'model_configuration', 'statistics', 'model_repository', 'parameters'] },
  }));
  shell.serve(operations.live, () => health(true));
  shell.serve(operations.ready, () => health(plane.isReady && !shell.draining));
  shell.serve(operations.models, () => ({ body: { models: [name] } }));
  shell.serve(operations.index, async (context) => {
    const onlyReady = readIndexRequest(await readBody(context, maxIndexBytes), config.jsonMaxDepth);
    return { body: indexOf(name, plane).filter(({ state }) => !onlyReady || state === 'READY') };
  });
  shell.serve(operations.load, refuseLoading);
  shell.serve(operations.unload, refuseLoading);
  shell.serve(operations.allStatistics, () => statistics());
  for (const operation of [operations.model, operations.modelVersion]) shell.serve(operation, (context) => ({ body: describeModel(name, manifests(context)) }));
  for (const operation of [operations.modelReady, operations.modelReadyVersion]) shell.serve(operation, modelReady);
  for (const operation of [operations.config, operations.configVersion])
    shell.serve(operation, (context) => ({ body: describeConfig(name, manifests(context), encoded.name) }));
  for (const operation of [operations.statistics, operations.statisticsVersion]) shell.serve(operation, (context) => statistics(pinned(context)));
  for (const operation of [operations.infer, operations.inferVersion])
    shell.serve(operation, (context) => inferReply(plane, context, pinned(context), config.jsonMaxDepth));
}

/** Whether only models that can answer are wanted; an empty body wants all. */
function readIndexRequest(body: Buffer, jsonMaxDepth: number): boolean {
  if (body.length === 0) return false;
  const result = oipIndexRequest.safeParse(parseJson(body, jsonMaxDepth, 'strict'));
  if (!result.success) throw new Problem('invalid-inference', 'expected nothing, or {"ready": true}');
  return result.data.ready ?? false;
}

function indexOf<I, A extends object>(name: string, { versions }: DataPlane<I, A>): OipIndex {
  const states = { ready: 'READY', loading: 'LOADING', failed: 'UNAVAILABLE' } as const;
  return [...versions].map(([of, slot]) => ({
    name,
    version: oipVersion(of),
    state: states[slot.status],
    reason: slot.status === 'failed' ? slot.reason : '',
  }));
}
