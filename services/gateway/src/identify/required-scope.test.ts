import { gatewayOperations, inferenceOperations, oipOperations, taskContracts, underPrefix, type Operation } from '@facet/contracts';
import { covers, requiredScope } from './required-scope.ts';

describe('requiredScope', () => {
  it.each([
    ['GET', '/', 'open'],
    ['GET', '/health', 'open'],
    ['GET', '/digit/health/ready', 'open'],
    ['GET', '/metrics', 'open'],
    ['GET', '/docs/assets/start.js', 'open'],
    ['GET', '/runbooks', 'open'],
    ['GET', '/runbooks/HpaAtMaximum', 'open'],
    ['GET', '/v2/health/live', 'open'],
    ['GET', '/digit/metrics', 'digit'],
    ['POST', '/digit/predict', 'digit'],
    ['POST', '/digit/v2/predict', 'digit'],
    ['POST', '/digit/ensemble/predict', 'digit'],
    ['POST', '/digit/batch/predict', 'digit'],
    ['POST', '/v2/models/digit/infer', 'digit'],
    ['POST', '/v2/models/digit/versions/1/infer', 'digit'],
    ['POST', '/digit/v2/models/digit/infer', 'digit'],
    ['GET', '/v2/models/digit', 'digit'],
    ['GET', '/v2/models/stats', 'any'],
    ['POST', '/v2/repository/index', 'any'],
    ['POST', '/v2/repository/models/digit/load', 'admin'],
    ['POST', '/digit/v2/repository/models/digit/unload', 'admin'],
    ['POST', '/digit/reference/update', 'admin'],
    ['POST', '/digit/reference/update/', 'admin'],
    ['POST', '/digit//reference/update', 'admin'],
    ['POST', '/digit/Reference/%75pdate', 'admin'],
    ['GET', '/digit/samples', 'admin'],
    ['GET', '/digit/samples/v1.2026-01-02.a/input', 'admin'],
    ['GET', '/digit//Samples/', 'admin'],
    ['HEAD', '/digit/%73amples', 'admin'],
    ['POST', '/digit/samples', 'admin'],
    ['POST', '/digit/samples/v1.2026-01-02.a/label', 'admin'],
    ['POST', '/digit/health', 'admin'],
    ['DELETE', '/digit/predict/x', 'admin'],
    ['GET', '/%zz', 'any'],
  ])('%s %s: %s', (method, path, expected) => expect(requiredScope(method, path)).toBe(expected));

  it('leaves no call that changes or infers open', () => {
    const all: Operation[] = [
      ...Object.values(gatewayOperations),
      ...taskContracts.flatMap((contract) => underPrefix(contract.task, Object.values(inferenceOperations(contract)))),
      ...Object.values(oipOperations(['gesture', 'digit', 'detection'], {})),
    ];
    const posts = all.filter(({ method }) => method === 'post');
    expect(posts.length).toBeGreaterThan(12);
    for (const { path, predicts } of posts) {
      const needed = requiredScope('POST', path.replace('{model}', 'digit').replace('{version}', '1'));
      expect(needed).not.toBe('open');
      if (predicts) expect(['gesture', 'digit', 'detection']).toContain(needed);
    }
  });

  it('is covered by the task, by all tasks, and by nobody but an administrator', () => {
    expect(covers(new Set(['digit']), 'digit')).toBe(true);
    expect(covers(new Set(['gesture']), 'digit')).toBe(false);
    expect(covers(new Set(['*']), 'digit')).toBe(true);
    expect(covers(new Set(['*']), 'admin')).toBe(false);
    expect(covers(new Set(['admin']), 'admin')).toBe(true);
    expect(covers(new Set(['digit']), 'any')).toBe(true);
  });
});
