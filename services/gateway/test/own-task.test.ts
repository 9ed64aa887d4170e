import type { Experiments } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashKey, makeKey } from '../src/identify/api-key.ts';

const root = join(__dirname, '..', '..', '..');
const task = 'blood-cells';
const keys = { cells: makeKey(), other: makeKey() };
const photo = new Uint8Array(readFileSync(join(root, 'examples', 'blood-cells', 'detection', 'v1', 'golden', 'input.jpg')));
const digit = new Uint8Array(readFileSync(join(root, 'examples', 'digit.png')));

/** A folder of models with a task of our own, and a third version of one of the others. */
function makeModels(folder: string): void {
  const changed = (from: string, to: string, changes: object, names: readonly string[]): void => {
    cpSync(join(root, from), join(folder, to), { recursive: true });
    for (const name of names) {
      const file = join(folder, to, name);
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
    }
  };
  changed('examples/blood-cells/detection/v1', `${task}/v1`, { task }, ['manifest.json']);
  const declaration = { task, kind: 'detection', title: 'Blood cells', limits: { bodyMaxBytes: 1_000_000 }, defaults: { conf_threshold: 0.6 } };
  writeFileSync(join(folder, task, 'task.json'), JSON.stringify(declaration));
  for (const version of ['v1', 'v2']) changed(`models/digit/${version}`, `digit/${version}`, {}, []);
  changed('models/digit/v1', 'digit/v3', { version: 'v3' }, ['manifest.json', 'reference.json']);
}

describe('a task of one’s own, and a third version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-task-'));
  let [gateway, cells, digits]: (SpawnedService | undefined)[] = [];
  const ask = (path: string, { key = keys.cells, body, type = 'image/jpeg' }: { key?: string; body?: Uint8Array<ArrayBuffer>; type?: string } = {}) =>
    fetch(`${gateway!.url}${path}`, {
      ...(body && { method: 'POST', body }),
      headers: { 'x-api-key': key, ...(body && { 'content-type': type }) },
    });

  beforeAll(async () => {
    makeModels(folder);
    const keysFile = join(folder, 'keys.json');
    const key = (id: string, plain: string, scopes: readonly string[]) => ({ id, hash: hashKey(plain), scopes });
    writeFileSync(keysFile, JSON.stringify({ keys: [key('cells', keys.cells, [task]), key('other', keys.other, ['digit', 'removed-task'])] }));
    const env = { MODELS_DIR: folder };
    [cells, digits] = await Promise.all([
      spawnService('detection', { ...env, TASK: task, MODEL_VERSIONS: 'v1' }),
      spawnService('digit', { ...env, MODEL_VERSIONS: 'v1,v2,v3' }),
    ]);
    gateway = await spawnService('gateway', {
      TASKS: `digit,${task}:detection`,
      TASK_DIGIT_VERSIONS: 'v1,v2,v3',
      TASK_DIGIT_AB_WEIGHTS: 'v1=70,v2=20,v3=10',
      DIGIT_URL: digits.url,
      TASK_BLOOD_CELLS_URL: cells.url,
      TASK_BLOOD_CELLS_VERSIONS: 'v1',
      TASK_BLOOD_CELLS_TITLE: 'Blood cells',
      API_KEYS_FILE: keysFile,
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([cells?.stop(), digits?.stop()]);
    rmSync(folder, { recursive: true });
  });

  it.each([`/${task}/predict`, `/${task}/v1/predict`])('is predicted at %s', async (path) => {
    const answer = await ask(path, { body: photo });
    expect({ status: answer.status, model: answer.headers.get('x-model') }).toEqual({
      status: 200,
      model: expect.stringMatching(/^blood-cells\/v1@sha256:/) as string,
    });
    const { detections, confidence_threshold } = (await answer.json()) as { detections: { class_name: string }[]; confidence_threshold: number };
    expect(detections.length).toBeGreaterThan(0);
    for (const { class_name } of detections) expect(['RBC', 'WBC', 'Platelets']).toContain(class_name);
    // By its own declaration, unless the request says another.
    expect(confidence_threshold).toBe(0.6);
    const tuned = (await (await ask(`${path}?conf_threshold=0.3`, { body: photo })).json()) as { confidence_threshold: number };
    expect(tuned.confidence_threshold).toBe(0.3);
  });

  it('has the scope of its name, its limit, and no more', async () => {
    expect((await ask(`/${task}/predict`, { key: keys.other, body: photo })).status).toBe(403);
    expect((await ask('/digit/predict', { body: digit, type: 'image/png' })).status).toBe(403);
    expect((await ask(`/${task}/predict`, { body: new Uint8Array(1_000_001) })).status).toBe(413);
    expect(gateway!.log).toContainEqual(expect.objectContaining({ scopes: ['removed-task'], level: 'warn' }));
  });

  it('is a model of the Open Inference Protocol', async () => {
    expect(await (await ask('/v2/models')).json()).toEqual({ models: ['digit', task] });
    expect(await (await ask(`/v2/models/${task}`)).json()).toMatchObject({ name: task, versions: ['1'] });
    const image = Buffer.from(photo).toString('base64');
    const body = new TextEncoder().encode(JSON.stringify({ inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [image] }] }));
    const answer = await ask(`/v2/models/${task}/infer`, { body, type: 'application/json' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ model_name: task, model_version: '1' });
  });

  it('is in the documentation, the health and the experiments', async () => {
    const { paths } = (await (await ask('/openapi.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining([`/${task}/predict`, `/${task}/stream`, '/digit/v3/predict']));
    expect(Object.keys(paths).filter((path) => path.startsWith('/gesture'))).toEqual([]);
    expect(await (await ask('/health')).json()).toMatchObject({ services: { [task]: { status: 'healthy', kind: 'detection', title: 'Blood cells' } } });
    expect(await (await ask('/experiments')).json()).toMatchObject({ services: { [task]: { versions: { v1: {} } } } });
  });

  it('is what the metrics of the service and of the gateway say: dashboards, objectives and alerts follow them', async () => {
    const infosOf = async ({ url }: SpawnedService): Promise<string[]> =>
      (await (await fetch(`${url}/metrics`, { headers: { 'x-api-key': keys.cells } })).text()).split('\n').filter((line) => line.startsWith('task_info{'));
    expect(await infosOf(cells!)).toEqual(['task_info{kind="detection"} 1']);
    expect(await infosOf(digits!)).toEqual(['task_info{kind="digit"} 1']);
    expect(await infosOf(gateway!)).toEqual(['task_info{service="digit",kind="digit"} 1', `task_info{service="${task}",kind="detection"} 1`]);
  });

  it('divides requests among three versions as the weights say', async () => {
    const count = 300;
    const seen = new Map<string, number>();
    for (let asked = 0; asked < count; asked += 1) {
      const version = (await ask('/digit/predict', { key: keys.other, body: digit, type: 'image/png' })).headers.get('x-model-version')!;
      seen.set(version, (seen.get(version) ?? 0) + 1);
    }
    // Five standard deviations of a binomial: one run in a million fails by chance.
    for (const [version, share] of [
      ['v1', 0.7],
      ['v2', 0.2],
      ['v3', 0.1],
    ] as const)
      expect(Math.abs((seen.get(version) ?? 0) - count * share)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
    const { services } = (await (await ask('/experiments')).json()) as { services: Record<string, Experiments> };
    expect(services['digit']!.sample_ratio.expected).toEqual({ v1: 0.7, v2: 0.2, v3: 0.1 });
  });

  it('keeps a user on one of three versions', async () => {
    const versionOf = async (user: string): Promise<string> =>
      (
        await fetch(`${gateway!.url}/digit/predict`, {
          method: 'POST',
          body: digit,
          headers: { 'x-api-key': keys.other, 'content-type': 'image/png', 'x-user-id': user },
        })
      ).headers.get('x-model-version')!;
    for (let user = 0; user < 20; user += 1) {
      const first = await versionOf(`user-${user}`);
      for (let again = 0; again < 3; again += 1) expect(await versionOf(`user-${user}`)).toBe(first);
    }
  });

  it('answers a version that is not there with those that are', async () => {
    const answer = await ask('/digit/v9/predict', { key: keys.other, body: digit, type: 'image/png' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'unknown-version', detail: "Unknown version 'v9'; available: v1, v2, v3." });
  });
});
