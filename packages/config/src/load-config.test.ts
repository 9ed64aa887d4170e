import { ConfigError, field, fieldByVersion, loadConfig } from './load-config.ts';
import { bytes, choice, flag, hostNames, list, milliseconds, text, versions, weights, whole } from './values.ts';

const fields = {
  port: field({ env: 'PORT', schema: whole({ min: 1, max: 65535 }), fallback: '8080', doc: '' }),
  name: field({ env: 'NAME', schema: text(), doc: '' }),
  key: field({ env: 'KEY', schema: choice(['a', 'b']), fallback: 'a', doc: '', secret: true }),
};

describe('loadConfig', () => {
  it('reads, falls back, and leaves out what is optional; an empty variable counts as absent', () => {
    const config = loadConfig(fields, { PORT: ' 9000 ', NAME: '' });
    expect(config).toEqual({ port: 9000, name: undefined, key: 'a' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports every fault at once, and no secret', () => {
    const load = () => loadConfig(fields, { PORT: '70000', KEY: 'hunter2' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow('PORT="70000": expected a whole number from 1 to 65535');
    expect(load).toThrow('KEY: expected one of a, b');
    expect(load).not.toThrow('hunter2');
  });
});

describe('a setting with older names', () => {
  const url = field({ env: 'TASK_DIGIT_URL', aliases: ['DIGIT_URL'], schema: text(), fallback: 'none', doc: '' });

  it.each([
    [{}, 'none'],
    [{ DIGIT_URL: 'old' }, 'old'],
    [{ TASK_DIGIT_URL: 'new', DIGIT_URL: 'old' }, 'new'],
    [{ TASK_DIGIT_URL: ' ', DIGIT_URL: 'old' }, 'old'],
  ])('%j gives %s', (env, expected) => {
    expect(loadConfig({ url }, env)).toEqual({ url: expected });
  });

  it('names in a fault the variable that was set', () => {
    const port = field({ env: 'TASK_PORT', aliases: ['PORT'], schema: whole(), doc: '' });
    expect(() => loadConfig({ port }, { PORT: 'x' })).toThrow('  - PORT="x": expected a whole number');
  });
});

describe('a setting of each version', () => {
  const ports = fieldByVersion({ env: 'MODEL_<VERSION>_PORT', aliases: ['OLD_<VERSION>_PORT'], schema: whole({ min: 1 }), doc: '' });

  it('is read for every version that has one', () => {
    const env = { MODEL_V1_PORT: '1', MODEL_V12_PORT: '12', OLD_V1_PORT: '9', OLD_V3_PORT: '3', MODEL_V2_PORT: '', MODEL_VX_PORT: '5', MODEL_V0_PORT: '5' };
    expect(loadConfig({ ports }, env)).toEqual({ ports: { v1: 1, v3: 3, v12: 12 } });
    expect(loadConfig({ ports }, {})).toEqual({ ports: {} });
  });

  it('is named in a fault with its version', () => {
    expect(() => loadConfig({ ports }, { MODEL_V2_PORT: '0' })).toThrow('MODEL_V2_PORT="0": expected a whole number of at least 1');
  });
});

describe('values', () => {
  const read = (schema: { safeParse(text: string): { success: boolean; data?: unknown } }, raw: string): unknown => schema.safeParse(raw).data;

  it.each([
    [hostNames(), 'Facet.example.org, gateway', ['facet.example.org', 'gateway']],
    [hostNames(), 'facet.example.org:443', undefined],
    [hostNames(), 'https://facet.example.org', undefined],
    [hostNames(), '*.example.org', undefined],
    [hostNames(), 'a.example,', undefined],
    [milliseconds(), '1500', 1500],
    [milliseconds(), '10s', 10_000],
    [milliseconds(), '1.5m', 90_000],
    [milliseconds(), 'soon', undefined],
    [milliseconds({ min: 100 }), '1ms', undefined],
    [bytes(), '10MiB', 10 * 1024 ** 2],
    [bytes(), '10MB', undefined],
    [whole(), '1.5', undefined],
    [flag(), 'off', false],
    [flag(), 'maybe', undefined],
    [list(['v1', 'v2']), 'v1, v2', ['v1', 'v2']],
    [list(['v1', 'v2']), 'v1,v3', undefined],
    [list(), 'a,a', undefined],
    [versions(), 'v1, v10', ['v1', 'v10']],
    [versions(), 'v1,v1', undefined],
    [versions(), 'v0', undefined],
    [versions(), 'latest', undefined],
    [weights(), 'v1=70,v2=20,v3=10', { v1: 70, v2: 20, v3: 10 }],
    [weights(), 'v1=80,v2=20', { v1: 80, v2: 20 }],
    [weights(), '{"v1": 1, "v2": 0}', { v1: 1, v2: 0 }],
    [weights(), 'v1=0,v2=0', undefined],
    [weights(), 'v1=-1,v2=2', undefined],
  ])('reads %#: %s %s', (schema, raw, expected) => {
    expect(read(schema, raw)).toEqual(expected);
  });
});
