import { resolveRoute } from './resolve-route.ts';

const digit = { task: 'digit', available: ['v1', 'v2'], weights: { v1: 0, v2: 1 } };

describe('resolveRoute', () => {
  it('names the version in the path of a prediction, and keeps the query', () => {
    expect(resolveRoute('/predict?annotate=true', digit, {})).toEqual({ version: 'v2', path: '/v2/predict?annotate=true', headers: {} });
    expect(resolveRoute('/predict', digit, { forced: 'v1' })).toMatchObject({ version: 'v1', path: '/v1/predict' });
  });

  it('names the version of a batch in a header', () => {
    expect(resolveRoute('/batch/predict', digit, {})).toEqual({ version: 'v2', path: '/batch/predict', headers: { 'x-model-version': 'v2' } });
    expect(resolveRoute('/read', digit, {})).toEqual({ version: 'v2', path: '/read', headers: { 'x-model-version': 'v2' } });
  });

  it('names the version in the path of an inference', () => {
    expect(resolveRoute('/v2/models/digit/infer?a', digit, {})).toEqual({ version: 'v2', path: '/v2/models/digit/versions/2/infer?a', headers: {} });
    expect(resolveRoute('/v2/models/digit/versions/1/infer', digit, {})).toEqual({ version: 'v1', path: '/v2/models/digit/versions/1/infer', headers: {} });
    expect(resolveRoute('/v2/models/digit/versions/1', digit, {})).toMatchObject({ version: 'v1' });
    expect(resolveRoute('/v2/models/digit', digit, {})).toEqual({ version: undefined, path: '/v2/models/digit', headers: {} });
  });

  it('refuses a version that is not served', () => {
    expect(() => resolveRoute('/v3/predict?a', digit, {})).toThrow("Unknown version 'v3'; available: v1, v2.");
    expect(() => resolveRoute('/latest/predict', digit, {})).toThrow("Unknown version 'latest'");
  });

  it('leaves everything else as it is', () => {
    expect(resolveRoute('/v1/predict', digit, { forced: 'v2' })).toEqual({ version: 'v1', path: '/v1/predict', headers: {} });
    expect(resolveRoute('/health', digit, {})).toEqual({ version: undefined, path: '/health', headers: {} });
  });

  it('leaves it to the service whether there is an ensemble, except for raw tensors', () => {
    expect(resolveRoute('/predict', digit, { forced: 'ensemble' })).toEqual({ version: 'ensemble', path: '/ensemble/predict', headers: {} });
    expect(resolveRoute('/ensemble/predict?a', digit, {})).toEqual({ version: 'ensemble', path: '/ensemble/predict?a', headers: {} });
    expect(resolveRoute('/batch/predict', digit, { forced: 'ensemble' })).toMatchObject({ headers: { 'x-model-version': 'ensemble' } });
    expect(() => resolveRoute('/v2/models/digit/infer', digit, { forced: 'ensemble' })).toThrow("Unknown version 'ensemble'");
  });

  it('gives nothing to a version that cannot answer, unless the caller insists on it', () => {
    const half = { task: 'digit', available: ['v1', 'v2'], weights: { v1: 90, v2: 10 }, canAnswer: (version: string) => version !== 'v1' };
    for (let user = 0; user < 200; user += 1) expect(resolveRoute('/predict', half, { user: `${user}` }).version).toBe('v2');
    expect(resolveRoute('/predict', half, { forced: 'v1' }).version).toBe('v1');
    expect(resolveRoute('/v1/predict', half, {}).version).toBe('v1');
  });

  it('does not reach a version at 0, even when it alone is left', () => {
    const warm = { task: 'digit', available: ['v1', 'v2'], weights: { v1: 1, v2: 0 }, canAnswer: (version: string) => version !== 'v1' };
    expect(resolveRoute('/predict', warm, {}).version).toBe('v1');
  });
});
