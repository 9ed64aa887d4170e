import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindNames } from '../../packages/contracts/src/index.ts';
import type { Manifest } from '../../packages/inference/src/index.ts';
import { root } from '../models/folders.ts';
import { kindOfModel, toolsOf } from './tools-of.ts';

describe.each(kindNames)('the tools of the kind %s', (kind) => {
  it('have an example, and write samples', async () => {
    const { example, writers } = await toolsOf(kind);
    expect(existsSync(join(root, example.file))).toBe(true);
    expect(Object.keys(writers).length).toBeGreaterThan(0);
  });
});

describe('the kind of a model', () => {
  const models = mkdtempSync(join(tmpdir(), 'kind-of-model-'));
  afterAll(() => rmSync(models, { recursive: true }));
  const kindIn = (task: string, preprocessing: string) => kindOfModel(join(models, task, 'v1'), { task, preprocessing: { kind: preprocessing } } as Manifest);
  const declare = (task: string, content: object) => {
    mkdirSync(join(models, task), { recursive: true });
    writeFileSync(join(models, task, 'task.json'), JSON.stringify(content));
  };

  it('is the one that its task declares, however its input is prepared', async () => {
    declare('plates', { task: 'plates', kind: 'digit' });
    expect(await kindIn('plates', 'picture')).toBe('digit');
  });

  it('follows from how its input is prepared where nothing is declared', async () => {
    for (const preprocessing of ['landmarks', 'ink', 'letterbox', 'picture'])
      expect((await toolsOf(await kindIn('undeclared', preprocessing))).preprocessing).toBe(preprocessing);
    await expect(kindIn('undeclared', 'sound')).rejects.toThrow(new TypeError('no kind prepares its input as sound'));
  });

  it('is not guessed where the declaration is wrong', async () => {
    declare('wrong', { task: 'wrong', kind: 'none' });
    await expect(kindIn('wrong', 'picture')).rejects.toThrow('task.json is invalid');
  });
});
