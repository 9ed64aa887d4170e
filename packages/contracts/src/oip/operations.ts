import type { ProblemCode } from '@facet/problem';
import { z } from 'zod';
import type { Operation } from '../operation.ts';
import {
  oipConfig,
  oipHealth,
  oipIndex,
  oipIndexRequest,
  oipInferAnswer,
  oipInferRequest,
  oipModel,
  oipModelReady,
  oipModels,
  oipServer,
  oipStatistics,
} from './schemas.ts';

type OipCall =
  | 'server'
  | 'live'
  | 'ready'
  | 'models'
  | 'index'
  | 'load'
  | 'unload'
  | 'allStatistics'
  | 'model'
  | 'modelVersion'
  | 'modelReady'
  | 'modelReadyVersion'
  | 'infer'
  | 'inferVersion'
  | 'config'
  | 'configVersion'
  | 'statistics'
  | 'statisticsVersion';

export type OipOperations = Readonly<Record<OipCall, Operation>>;

const unknown = ['unknown-model', 'unknown-version'] as const;
const inferProblems: readonly ProblemCode[] = [
  'malformed-json',
  'json-too-deep',
  'json-too-large',
  'malformed-request',
  'invalid-inference',
  'body-too-large',
  'image-too-large',
  ...unknown,
  'not-implemented',
  'request-timeout',
  'overloaded',
  'starting',
  'worker-lost',
  'deadline-exceeded',
  'internal',
];

const binary = z.file().describe('JSON of the length that `Inference-Header-Content-Length` names, then the values of the tensors, little-endian.');

const answered = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema } } });

/**
 * The calls of the Open Inference Protocol over some models.
 *
 * @param models their names, as a path may give them
 * @param example a request that the first of them accepts
 */
export function oipOperations(models: readonly [string, ...string[]], example: unknown): OipOperations {
  const tag = 'open inference protocol';
  const model = z.enum(models).describe('Model.').meta({ example: models[0] });
  const version = z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .describe('Version.')
    .meta({ example: '1' });
  const get = (id: string, path: string, summary: string, answers: Operation['answers'], problems: readonly ProblemCode[]): Operation => ({
    id: `oip${id}`,
    method: 'get',
    path,
    tag,
    summary,
    answers,
    problems,
  });
  const administer = (id: string, path: string, summary: string): Operation => ({
    ...get(id, path, summary, {}, ['unknown-model', 'not-implemented']),
    access: 'admin',
    method: 'post',
    params: z.object({ model }),
    plane: 'operations',
  });
  /** A call on a model, and the same on one version of it. */
  const pair = (id: string, rest: string, summary: string, make: (operation: Operation) => Operation): [Operation, Operation] => [
    make({ ...get(id, `/v2/models/{model}${rest}`, summary, {}, []), params: z.object({ model }) }),
    make({
      ...get(`${id}Version`, `/v2/models/{model}/versions/{version}${rest}`, `${summary}: one version`, {}, []),
      params: z.object({ model, version }),
    }),
  ];

  const [modelCall, modelVersion] = pair('Model', '', 'What a model takes and gives', (operation) => ({
    ...operation,
    answers: { 200: answered('The model.', oipModel) },
    problems: [...unknown, 'starting'],
  }));
  const [modelReady, modelReadyVersion] = pair('ModelReady', '/ready', 'Readiness of a model', (operation) => ({
    ...operation,
    answers: { 200: answered('Ready.', oipModelReady), 503: answered('Not ready.', oipModelReady) },
    problems: [...unknown],
  }));
  const [config, configVersion] = pair('Config', '/config', 'How a model is served', (operation) => ({
    ...operation,
    answers: { 200: answered('The configuration.', oipConfig) },
    problems: [...unknown, 'starting'],
  }));
  const [statistics, statisticsVersion] = pair('Statistics', '/stats', 'What a model has done since the start', (operation) => ({
    ...operation,
    answers: { 200: answered('The statistics.', oipStatistics) },
    problems: [...unknown],
  }));
  const [infer, inferVersion] = pair('Infer', '/infer', 'Infer from tensors', (operation) => ({
    ...operation,
    method: 'post',
    description:
      "Tensors go to the model unchanged. Instead of a tensor, send an image as BYTES under the name `image` (base64 in JSON) or a hand under `landmarks` (JSON text), which are preprocessed as in the task's own API. Request and response bodies may be gzip or deflate.",
    body: { 'application/json': { schema: oipInferRequest, examples: { example } }, 'application/octet-stream': { schema: binary } },
    readsBody: 'handler',
    answers: {
      200: { description: 'The outputs.', content: { 'application/json': { schema: oipInferAnswer }, 'application/octet-stream': { schema: binary } } },
    },
    problems: inferProblems,
    predicts: true,
  }));

  return {
    server: { ...get('Server', '/v2', 'The server and its extensions', { 200: answered('The server.', oipServer) }, []), access: 'open' },
    live: { ...get('Live', '/v2/health/live', 'Liveness', { 200: answered('Alive.', oipHealth) }, []), access: 'open', plane: 'both' },
    ready: {
      ...get('Ready', '/v2/health/ready', 'Readiness', { 200: answered('Ready.', oipHealth), 503: answered('Not ready.', oipHealth) }, []),
      access: 'open',
      plane: 'both',
    },
    models: { ...get('Models', '/v2/models', 'The names of the models', { 200: answered('The models.', oipModels) }, []), access: 'caller' },
    index: {
      ...get('Index', '/v2/repository/index', 'List of models', { 200: answered('The models.', oipIndex) }, ['malformed-json', 'invalid-inference']),
      method: 'post',
      access: 'caller',
      body: { 'application/json': { schema: oipIndexRequest } },
      isBodyOptional: true,
      readsBody: 'handler',
    },
    load: administer('Load', '/v2/repository/models/{model}/load', 'For administrators; models are loaded by configuration, so this is not implemented'),
    unload: administer('Unload', '/v2/repository/models/{model}/unload', 'For administrators; not implemented either'),
    allStatistics: {
      ...get('AllStatistics', '/v2/models/stats', 'Statistics of all models', { 200: answered('The statistics.', oipStatistics) }, []),
      access: 'caller',
    },
    model: modelCall,
    modelVersion,
    modelReady,
    modelReadyVersion,
    infer,
    inferVersion,
    config,
    configVersion,
    statistics,
    statisticsVersion,
  };
}
