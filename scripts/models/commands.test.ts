import { describeWithData } from '@facet/testkit';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { evaluate } from './evaluate.ts';
import { modelsDir } from './folders.ts';
import { list } from './list.ts';
import { setup } from './setup.ts';

async function run(command: Command, ...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const code = await command.run(args, { env: {}, print: add, note: add });
  return { code, said: lines.join('\n') };
}

const models = mkdtempSync(join(tmpdir(), 'facet-models-'));
afterAll(() => rmSync(models, { recursive: true }));
cpSync(join(modelsDir(undefined, {}), 'gesture'), join(models, 'gesture'), { recursive: true });
const here = ['--models-dir', models];

/** Changes what a manifest claims. */
function claim(version: string, change: object): void {
  const path = join(models, 'gesture', version, 'manifest.json');
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }));
}

// What is said of other forms and of hands that show no gesture is measured by other networks; their tests lie beside them.
for (const version of ['v1', 'v2']) claim(version, { variants: undefined, rejection: undefined });

const onTestRows = { metric: 'accuracy', dataset: 'HaGRID landmarks, test rows', samples: 1578, command: 'none' };

describeWithData('models evaluate', 'gesture/hagrid18.csv.gz', () => {
  it('fails when a manifest claims more than is found, also on a sample; a claim of nothing is only measured', async () => {
    claim('v1', { accuracy: { ...onTestRows, value: 0.999 }, metrics: [{ ...onTestRows, metric: 'accuracy, mirrored hands', value: 0.9 }] });
    claim('v2', { accuracy: null, metrics: [] });
    const { code, said } = await run(evaluate, '--task', 'gesture', '--sample', '400', ...here);
    expect(code).toBe(1);
    expect(said).toMatch(/gesture +v1 +accuracy +0\.9990 +0\.9\d+ +400 of 1578 +FAIL: claims 0\.999, found 0\.9\d+: .+ % likely by chance/);
    expect(said).toMatch(/gesture +v1 +accuracy, mirrored hands +0\.9000 +0\.9\d+ +400 of 1578 +ok/);
    expect(said).toMatch(/gesture +v2 +accuracy +none +0\.9\d+ +400 of 1578 +measured/);
  });

  it('passes a claim that holds, skips one that was measured on other data, and says what is not served', async () => {
    claim('v1', { accuracy: { ...onTestRows, value: 0.9 } });
    claim('v2', { accuracy: { ...onTestRows, dataset: 'my own', value: 0.9 }, metrics: [] });
    const both = await run(evaluate, '--task', 'gesture', '--sample', '100', ...here);
    expect(both).toMatchObject({
      code: 0,
      said: expect.stringMatching(/v1 +accuracy .+ ok\n[^]*v2 +accuracy .+ skipped: measured on my own, which is not here/),
    });
  });

  it('counts what the file holds, and recomputes what needs all rows only from all rows', async () => {
    claim('v1', { parameters: 5427, layers: 3, metrics: [{ ...onTestRows, metric: 'expected calibration error', value: 0.5 }] });
    const { code, said } = await run(evaluate, '--task', 'gesture', '--version', 'v1', '--sample', '50', ...here);
    expect(code).toBe(1);
    expect(said).toMatch(/v1 +parameters +5427 +5426 +the file +FAIL: claims 5427, found 5426/);
    expect(said).toMatch(/v1 +layers +3 +3 +the file +ok/);
    expect(said).toMatch(/expected calibration error .+ measured; a sample cannot judge it/);
  });

  it('says what is not served', async () => {
    claim('v2', { task: 'digit' });
    const one = await run(evaluate, '--task', 'gesture', '--version', 'v2', ...here);
    expect(one).toMatchObject({ code: 1, said: expect.stringMatching(/gesture +v2 .+ FAIL: not served: .+ holds a digit model/) });
  });
});

describe('models list and setup', () => {
  it('name what is damaged and what is missing, and how to get it', async () => {
    writeFileSync(join(models, 'gesture', 'v1', 'manifest.json'), '{');
    const listed = await run(list, ...here);
    expect(listed.code).toBe(1);
    expect(listed.said).toMatch(/gesture v1: the manifest is not JSON/);
    const checked = await run(setup, ...here);
    expect(checked.code).toBe(1);
    expect(checked.said).toMatch(/FAIL .+gesture.v1 {2}the manifest is not JSON/);
    expect(checked.said).toMatch(/digit.v2 is missing: .*'training\/run digit --version v2' makes it/);
  });
});

describe('arguments', () => {
  it.each([
    [['--task', 'Speech'], "--task: expected the name of a task, found 'Speech': expected up to 31 small letters, digits and hyphens, a letter first."],
    [['--version', '3'], "--version: expected a version such as v1, v2 or v3, found '3'."],
    [['--sample', 'half'], "--sample: expected a whole number from 1 on, found 'half'."],
    [['--url', 'here'], "--url: expected an address such as http://127.0.0.1:8080, found 'here'."],
    [['--tsk', 'digit'], "Unknown option '--tsk'."],
  ])('%j are refused with a sentence', async (args, message) => {
    await expect(evaluate.run(args, { env: {}, print: () => undefined, note: () => undefined })).rejects.toMatchObject({ message, exitCode: 2 });
  });
});
