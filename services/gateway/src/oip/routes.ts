import {
  oipIndexRequest,
  oipOperations,
  parseJson,
  version,
  type OipConfig,
  type OipHealth,
  type OipIndex,
  type OipModel,
  type OipOperations,
  type OipStatistics,
  type Operation,
} from '@facet/contracts';
import { readBody, type Reply, type RequestContext, type Shell } from '@facet/http';
import { Problem } from '@facet/problem';
import { askVersions, bodiesOf, oipVersion } from './ask-versions.ts';
import { inferAnyVersion } from './infer.ts';
import { mergeConfigs, mergeModels } from './merge-versions.ts';
import type { ModelService } from './model-service.ts';

const maxIndexBytes = 64 * 1024;
const maxIndexDepth = 8;

/**
 * Declares the Open Inference Protocol over the models of all services.
 *
 * @param example a request that the first service accepts
 */
export function declareOip(shell: Shell, services: readonly ModelService[], example: unknown): OipOperations {
  const operations = oipOperations(services.map(({ task }) => task) as [string, ...string[]], example);
  const serviceOf = ({ params }: RequestContext): ModelService => {
    const found = services.find(({ task }) => task === params['model']);
    if (!found) throw new Problem('unknown-model', `Request for unknown model: '${String(params['model']).slice(0, 80)}' is not found`);
    return found;
  };
  const forward = (context: RequestContext): Promise<Reply> => serviceOf(context).forward(context);
  const whenReady = async (needed: boolean): Promise<Reply> => {
    const ready = !shell.draining && (await indexOf(services)).every(({ state }) => state === 'READY');
    const isGood = ready || !needed;
    const body: OipHealth = { live: true, ready, ...(!isGood && { error: 'not every model is ready; /v2/repository/index says which' }) };
    return { status: isGood ? 200 : 503, body, ...(!isGood && { headers: { 'retry-after': '1' } }) };
  };

  shell.serve(operations.server, () => ({
    body: { name: 'facet', version, extensions: ['binary_tensor_data', 'model_configuration', 'statistics', 'model_repository', 'parameters'] },
  }));
  shell.serve(operations.live, () => whenReady(false));
  shell.serve(operations.ready, () => whenReady(true));
  shell.serve(operations.models, () => ({ body: { models: services.map(({ task }) => task) } }));
  shell.serve(operations.index, async (context) => {
    const onlyReady = readIndexRequest(await readBody(context, maxIndexBytes));
    return { body: (await indexOf(services)).filter(({ state }) => !onlyReady || state === 'READY') };
  });
  shell.serve(operations.load, forward);
  shell.serve(operations.unload, forward);
  shell.serve(operations.allStatistics, async () => ({ body: await statisticsOf(services) }));
  shell.serve(operations.model, async (context) => ({ body: mergeModels(bodiesOf(await askVersions<OipModel>(serviceOf(context), ''))) }));
  shell.serve(operations.config, async (context) => ({ body: mergeConfigs(bodiesOf(await askVersions<OipConfig>(serviceOf(context), '/config'))) }));
  shell.serve(operations.statistics, async (context) => ({ body: await statisticsOf([serviceOf(context)]) }));
  shell.serve(operations.modelReady, async (context) => {
    const { task } = serviceOf(context);
    const ready = (await indexOf([serviceOf(context)])).some(({ state }) => state === 'READY');
    return ready
      ? { body: { name: task, ready } }
      : { status: 503, body: { name: task, ready, error: 'no version of the model is ready' }, headers: { 'retry-after': '1' } };
  });
  // One route a model, so that metrics tell the tasks apart; below them, models that are not served.
  for (const service of services) {
    const ofTask = (operation: Operation): Operation => ({
      ...operation,
      path: operation.path.replace('{model}', service.task),
      task: service.task,
    });
    shell.serve(ofTask(operations.infer), (context) => inferAnyVersion(service, context));
    shell.serve(ofTask(operations.inferVersion), (context) => service.forward(context));
  }
  shell.serve(operations.infer, (context) => inferAnyVersion(serviceOf(context), context));
  const { modelVersion, modelReadyVersion, configVersion, statisticsVersion, inferVersion } = operations;
  for (const operation of [modelVersion, modelReadyVersion, configVersion, statisticsVersion, inferVersion]) shell.serve(operation, forward);
  return operations;
}

async function statisticsOf(services: readonly ModelService[]): Promise<OipStatistics> {
  const all = await Promise.all(services.map((service) => askVersions<OipStatistics>(service, '/stats')));
  return { model_stats: all.flat().flatMap(({ status, body }) => (status === 200 ? body.model_stats : [])) };
}

async function indexOf(services: readonly ModelService[]): Promise<OipIndex> {
  const all = await Promise.all(
    services.map(async (service) =>
      (await askVersions<{ error?: string }>(service, '/ready')).map(({ version: of, status, body }) => ({
        name: service.task,
        version: oipVersion(of),
        state: status === 200 ? ('READY' as const) : ('UNAVAILABLE' as const),
        reason: body.error ?? '',
      })),
    ),
  );
  return all.flat();
}

/** Whether only models that can answer are wanted; an empty body wants all. */
function readIndexRequest(body: Buffer): boolean {
  if (body.length === 0) return false;
  const result = oipIndexRequest.safeParse(parseJson(body, maxIndexDepth, 'strict'));
  if (!result.success) throw new Problem('invalid-inference', 'expected nothing, or {"ready": true}');
  return result.data.ready ?? false;
}
