import { accessOf, gatewayOperations, inferenceOperations, oipOperations, taskContracts, underPrefix, type Operation } from '@facet/contracts';
import { covers, isProbe, requiredScope } from './required-scope.ts';

const tasks = taskContracts.map(({ task }) => task) as [string, ...string[]];
const [first] = tasks;
const own: Operation[] = [...Object.values(gatewayOperations), ...Object.values(oipOperations(tasks, {}))];
const ofTasks: Operation[] = taskContracts.flatMap((contract) =>
  underPrefix(contract.task, Object.values(inferenceOperations(contract, ['v1', 'v2'])) as Operation[]),
);

function scopeOf(operation: Operation, model = first): string {
  return requiredScope({ access: accessOf(operation), task: operation.task }, new Set(tasks), operation.path.includes('{model}') ? model : undefined);
}

describe('requiredScope', () => {
  it.each([
    ['GET /', 'open'],
    ['GET /health', 'open'],
    ['GET /health/ready', 'open'],
    [`GET /${first}/health/ready`, 'open'],
    ['GET /v2', 'open'],
    ['GET /v2/health/live', 'open'],
    ['GET /experiments', 'any'],
    ['GET /metrics', 'any'],
    ['GET /status', 'any'],
    ['GET /v2/models', 'any'],
    ['GET /v2/models/stats', 'any'],
    ['POST /v2/repository/index', 'any'],
    ['GET /v2/models/{model}', first],
    ['POST /v2/models/{model}/infer', first],
    ['POST /v2/models/{model}/versions/{version}/infer', first],
    ['POST /v2/repository/models/{model}/load', 'admin'],
    [`GET /${first}`, first],
    [`GET /${first}/metrics`, first],
    [`POST /${first}/predict`, first],
    [`POST /${first}/v2/predict`, first],
    [`POST /${first}/ensemble/predict`, first],
    [`POST /${first}/batch/predict`, first],
    [`GET /${first}/stream`, first],
    [`POST /${first}/reference/update`, 'admin'],
    [`GET /${first}/samples`, 'admin'],
    [`POST /${first}/samples`, 'admin'],
    [`GET /${first}/samples/{id}/input`, 'admin'],
    [`POST /${first}/samples/{id}/label`, 'admin'],
  ])('%s: %s', (call, expected) => {
    const operation = [...own, ...ofTasks].find(({ method, path }) => `${method.toUpperCase()} ${path}` === call);
    expect(operation && scopeOf(operation)).toBe(expected);
  });

  it('is an administrator for a call that changes something, unless its declaration says otherwise', () => {
    expect(accessOf({ method: 'post' })).toBe('admin');
    const posts = [...own, ...ofTasks].filter(({ method }) => method === 'post');
    expect(posts.length).toBeGreaterThan(12);
    for (const operation of posts)
      expect(scopeOf(operation)).toBe(operation.predicts ? (operation.task ?? first) : operation.path.endsWith('/index') ? 'any' : 'admin');
  });

  it('is a known caller for a model that is none, and for what matches no route', () => {
    expect(requiredScope({ access: 'task' }, new Set(tasks), 'constructor')).toBe('any');
    expect(requiredScope({ access: 'caller' }, new Set(tasks))).toBe('any');
  });

  it('is covered by the task, by all tasks, and for administrators by their own scope alone', () => {
    expect(covers(new Set(['digit']), 'digit')).toBe(true);
    expect(covers(new Set(['gesture']), 'digit')).toBe(false);
    expect(covers(new Set(['*']), 'digit')).toBe(true);
    expect(covers(new Set(['*']), 'admin')).toBe(false);
    expect(covers(new Set(['admin']), 'admin')).toBe(true);
    expect(covers(new Set(['digit']), 'any')).toBe(true);
  });

  it('holds up no probe of the gateway', () => {
    expect(own.filter(isProbe).map(({ path }) => path)).toEqual(['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']);
  });
});
