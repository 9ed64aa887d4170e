import { resolveRoute } from './resolve-route.ts';

const digit = { task: 'digit', available: ['v1', 'v2'], weights: { v1: 0, v2: 1 } };

describe('resolveRoute', () => {
  it('names the version in the path of a prediction, and keeps the query', () => {
    expect(resolveRoute('/predict?annotate=true', digit, {})).toEqual({ version: 'v2', path: '/v2/predict?annotate=true', headers: {} });
    expect(resolveRoute('/predict', digit, { forced: 'v1' })).toMatchObject({ version: 'v1', path: '/v1/predict' });
  });

  it('names the version of a batch in a header', () => {
    expect(resolveRoute('/batch/predict', digit, {})).toEqual({ version: 'v2', path: '/batch/predict', headers: { 'x-model-version': 'v2' } });
  });

  it('leaves everything else as it is', () => {
    expect(resolveRoute('/v1/predict', digit, { forced: 'v2' })).toEqual({ version: 'v1', path: '/v1/predict', headers: {} });
    expect(resolveRoute('/health', digit, {})).toEqual({ version: undefined, path: '/health', headers: {} });
  });
});
