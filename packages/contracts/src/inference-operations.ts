import type { ProblemCode } from '@facet/problem';
import { z } from 'zod';
import { bodyProblems, json } from './answers.ts';
import { batchAnswer, ensembleVersion, envelope, health, modelInfo, root, summary } from './common.ts';
import { driftOperations } from './drift.ts';
import { experimentsOperation } from './experiments.ts';
import type { Answer, Operation } from './operation.ts';
import { sampleOperations, type SampleOperations } from './samples.ts';
import type { TaskContract } from './task-contract.ts';

export interface InferenceOperations extends SampleOperations {
  readonly root: Operation;
  readonly health: Operation;
  readonly live: Operation;
  readonly ready: Operation;
  readonly predict: Operation;
  /** Of each version that is served. */
  readonly [predictV: `predictV${number}`]: Operation;
  /** Of any other, which is refused as unknown. */
  readonly predictVersion: Operation;
  readonly predictEnsemble: Operation;
  readonly read?: Operation;
  readonly batch: Operation;
  readonly modelInfo: Operation;
  readonly metrics: Operation;
  readonly stream?: Operation;
  readonly driftStatus: Operation;
  readonly referenceUpdate: Operation;
  readonly experiments: Operation;
}

const capacity: readonly ProblemCode[] = ['overloaded', 'starting', 'worker-lost', 'deadline-exceeded', 'internal'];

/** Probes and pages that every server here has. */
export function probes(tag: string): Pick<InferenceOperations, 'live' | 'ready'> {
  const plain = (description: string): Answer => json(description, z.object({ status: z.string() }));
  return {
    live: {
      id: 'live',
      method: 'get',
      access: 'open',
      path: '/health/live',
      tag,
      plane: 'both',
      summary: 'Liveness: the event loop turns',
      answers: { 200: plain('Alive.') },
      problems: [],
    },
    ready: {
      id: 'ready',
      method: 'get',
      access: 'open',
      path: '/health/ready',
      tag,
      plane: 'both',
      summary: 'Readiness: every configured model passed its golden inference, and the service is not draining',
      answers: { 200: plain('Ready.'), 503: plain('Not ready.') },
      problems: [],
    },
  };
}

export function metricsOperation(tag: string, schema: z.ZodType): Operation {
  return {
    id: 'metrics',
    method: 'get',
    path: '/metrics',
    tag,
    plane: 'operations',
    summary: 'Prometheus text, or with `Accept: application/json` a summary',
    answers: { 200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() }, 'application/json': { schema } } } },
    problems: [],
  };
}

/** The id of the call that asks one version, such as `predictV2`. */
export function predictId(version: string): `predictV${number}` {
  return `predictV${Number(version.slice(1))}`;
}

/**
 * The calls of an inference service.
 *
 * @param versions that it serves, such as `v1`
 */
export function inferenceOperations(contract: TaskContract, versions: readonly string[]): InferenceOperations {
  const { task: tag, title } = contract;
  const bodyLimit = contract.bodyMaxBytes === undefined ? {} : { bodyMaxBytes: contract.bodyMaxBytes };
  const answer: Answer = {
    description: 'The prediction.',
    content: {
      'application/json': { schema: envelope.extend(contract.answer.shape) },
      ...(contract.plain && { 'text/plain': { schema: z.string().describe(contract.plain) } }),
      ...(contract.picture && { 'image/jpeg': { schema: z.file().describe(contract.picture) } }),
    },
  };
  const predict = (id: string, path: string, what: string, extra: readonly ProblemCode[]): Operation => ({
    id,
    method: 'post',
    path,
    tag,
    summary: what,
    description: contract.description,
    ...(contract.query && { query: contract.query }),
    body: contract.body,
    ...bodyLimit,
    answers: { 200: answer },
    problems: [...new Set([...bodyProblems, ...contract.problems, ...extra, ...capacity])],
    predicts: true,
  });
  const items = z.object({ items: z.array(contract.item).min(1).max(64) });
  const files = 'multipart/form-data' in contract.body;

  return {
    root: {
      id: 'root',
      method: 'get',
      path: '/',
      tag,
      summary: `${title}: what this is and where to go`,
      answers: { 200: json('The service.', root) },
      problems: [],
    },
    health: {
      id: 'health',
      method: 'get',
      access: 'open',
      path: '/health',
      tag,
      plane: 'both',
      summary: 'Health, with the state of every model version',
      answers: { 200: json('Healthy.', health), 503: json('Starting, draining, or a model failed; says which and why.', health) },
      problems: [],
    },
    ...probes(tag),
    predict: predict('predict', '/predict', 'Predict with the version that the A/B weights choose, sticky by `x-user-id`', ['unknown-version']),
    ...Object.fromEntries(versions.map((name) => [predictId(name), predict(predictId(name), `/${name}/predict`, `Predict with ${name}`, ['unknown-version'])])),
    predictVersion: {
      ...predict('predictVersion', '/{version}/predict', 'Predict with a version by its name', ['unknown-version']),
      params: z.object({ version: z.string().describe('Name of a version.').meta({ example: versions[0] }) }),
    },
    predictEnsemble: predict('predictEnsemble', `/${ensembleVersion}/predict`, `Predict with all versions together: ${contract.ensemble}`, ['unknown-version']),
    ...(contract.transcription && {
      read: {
        ...predict('read', '/read', contract.transcription.summary, ['unknown-version']),
        answers: { 200: json('What was read.', envelope.extend(contract.transcription.answer.shape)) },
      },
    }),
    batch: {
      id: 'batch',
      method: 'post',
      path: '/batch/predict',
      tag,
      summary: 'Predict up to 64 items, each with its own result or problem',
      body: {
        'application/json': { schema: items, examples: { two: { items: [contract.itemExample, contract.itemExample] } } },
        ...(files && { 'multipart/form-data': { schema: z.object({ file: z.array(z.file()).min(1).max(64) }) } }),
      },
      ...bodyLimit,
      answers: { 200: json('A result or a problem an item.', batchAnswer(envelope.extend(contract.answer.shape))) },
      problems: [...new Set([...bodyProblems, 'unknown-version' as const, ...(files ? (['missing-file', 'malformed-multipart'] as const) : []), ...capacity])],
      predicts: true,
    },
    modelInfo: {
      id: 'modelInfo',
      method: 'get',
      path: '/model_info',
      tag,
      summary: 'What each model version is, from its manifest',
      answers: { 200: json('The models.', modelInfo) },
      problems: ['starting'],
    },
    metrics: metricsOperation(tag, summary),
    ...(contract.stream && { stream: { ...contract.stream, tag } }),
    ...driftOperations(tag),
    ...sampleOperations(contract),
    experiments: experimentsOperation(tag),
  };
}
