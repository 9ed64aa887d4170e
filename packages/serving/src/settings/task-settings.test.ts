import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inferenceFields } from './inference-fields.ts';
import { loadTaskConfig, readDeclaration, taskFields } from './task-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'task-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const declare = (task: string, more: object): void => {
  mkdirSync(join(folder, task), { recursive: true });
  writeFileSync(join(folder, task, 'task.json'), JSON.stringify({ task, kind: 'detection', ...more }));
};
const load = (env: Readonly<Record<string, string>>) =>
  loadTaskConfig('detection', { ...taskFields('detection'), ...inferenceFields }, { MODELS_DIR: folder, TASK: 'hard-hats', ...env });

describe('what a task declares', () => {
  beforeAll(() =>
    declare('hard-hats', { title: 'Hats', limits: { bodyMaxBytes: 5000 }, defaults: { conf_threshold: 0.4, max_detections: 9 }, labels: ['hat', 'head'] }),
  );

  it('holds where nothing is set', async () => {
    const { contract, declared, taskBodyMaxBytes } = await load({});
    expect([contract.title, taskBodyMaxBytes, declared.labels]).toEqual(['Hats', 5000, ['hat', 'head']]);
    expect(contract.query!.parse({})).toMatchObject({ conf_threshold: 0.4, max_detections: 9 });
  });

  it('gives way to settings, defaults one by one', async () => {
    const { contract, declared, taskBodyMaxBytes } = await load({
      TASK_HARD_HATS_TITLE: 'Cascos',
      TASK_HARD_HATS_BODY_MAX_BYTES: '6KiB',
      TASK_HARD_HATS_DEFAULTS: '{"conf_threshold":0.7}',
      TASK_HARD_HATS_LABELS: '["casco","cabeza"]',
    });
    expect([contract.title, taskBodyMaxBytes, declared.labels]).toEqual(['Cascos', 6144, ['casco', 'cabeza']]);
    expect(contract.query!.parse({})).toMatchObject({ conf_threshold: 0.7, max_detections: 9 });
  });

  it('knows which settings are of the task that has the name of its kind', async () => {
    const env = { DETECTION_BODY_MAX_BYTES: '6KiB', TASK_HARD_HATS_TITLE: 'Cascos', GESTURE_ACTIONS: '{}' };
    const { ignored, taskBodyMaxBytes } = await load(env);
    expect([ignored, taskBodyMaxBytes]).toEqual([['DETECTION_BODY_MAX_BYTES'], 5000]);
    expect((await load({ ...env, TASK: 'detection' })).ignored).toEqual([]);
  });

  it.each([
    [{ TASK_HARD_HATS_LABELS: 'hat,head' }, 'TASK_HARD_HATS_LABELS="hat,head": expected a JSON list of names, each once'],
    [{ TASK_HARD_HATS_LABELS: '["hat","hat"]' }, 'expected a JSON list of names, each once'],
    [{ TASK_HARD_HATS_DEFAULTS: '{"threshold":1}' }, "task.json or TASK_HARD_HATS_DEFAULTS has wrong defaults: there is no option 'threshold'"],
    [{ TASK_HARD_HATS_DEFAULTS: '{"conf_threshold":7}' }, 'defaults.conf_threshold: '],
  ])('names what is wrong with %j', async (env, message) => {
    await expect(load(env)).rejects.toThrow(message);
  });
});

it('has older names of its settings for the tasks that every suite has alone', async () => {
  const env = { GESTURE_ACTIONS: '{"fist":"up"}' };
  expect((await readDeclaration(folder, 'gesture', env)).actions).toEqual({ fist: 'up' });
  expect((await readDeclaration(folder, 'signs', env)).actions).toBeUndefined();
  expect((await readDeclaration(folder, 'signs', { TASK_SIGNS_ACTIONS: '{"stop":"down"}' })).actions).toEqual({ stop: 'down' });
});
