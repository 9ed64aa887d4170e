import type { Log } from '@facet/telemetry';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseWeights, WeightsFile, type ServiceWeights } from './weights-file.ts';

const versions = { gesture: ['v1', 'v2'], digit: ['v1', 'v2'] };

describe('parseWeights', () => {
  it('reads shares by service', () => {
    expect(parseWeights('{"digit": {"v1": 80, "v2": 20}, "gesture": {"v2": 1}}', versions)).toEqual({ digit: { v1: 80, v2: 20 }, gesture: { v2: 1 } });
  });

  it.each([
    ['half of a document', '{"digit":', /not JSON/],
    ['a list', '[]', /expected an object/],
    ['an unknown service', '{"faces":{"v1":1}}', /no service 'faces'; there is gesture, digit/],
    ['nothing but zeros', '{"digit":{"v1":0,"v2":0}}', /digit: expected shares/],
    ['a negative share', '{"digit":{"v1":-1,"v2":2}}', /digit: expected shares/],
    ['a share only for what is not served', '{"digit":{"v3":1}}', /digit: no share for what is served, v1, v2/],
  ])('refuses %s', (_what, text, says) => expect(() => parseWeights(text, versions)).toThrow(says));
});

describe('WeightsFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weights-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const lines: { level: string; fields: object }[] = [];
  const note = (level: string) => (fields: object) => void lines.push({ level, fields });
  const log = { info: note('info'), error: note('error') } as unknown as Log;

  /** As the kubelet does it: a new folder, and `..data` swapped to it. */
  let generation = 0;
  function mount(text: string): void {
    const name = `..${(generation += 1)}`;
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'weights.json'), text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  }

  it('follows a ConfigMap; a bad one changes nothing and is named once', async () => {
    mount('{"digit":{"v1":1,"v2":0}}');
    const path = join(folder, 'weights.json');
    symlinkSync('..data/weights.json', path);
    const seen: ServiceWeights[] = [];
    const file = await WeightsFile.open({ path, versions, log, onChange: (weights) => void seen.push(weights), pollMs: 10 });
    const until = async (count: number): Promise<void> => {
      while (seen.length + lines.filter(({ level }) => level === 'error').length < count) await sleep(5);
    };
    expect(seen).toEqual([{ digit: { v1: 1, v2: 0 } }]);
    mount('{"digit":{"v1":50,"v2":50}}');
    await until(2);
    expect(seen[1]).toEqual({ digit: { v1: 50, v2: 50 } });
    mount('{"digit":{"v1":');
    await until(3);
    await sleep(50);
    expect(seen).toHaveLength(2);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', fields: { path, detail: expect.stringContaining('not JSON') as string } },
    ]);
    mount('{"digit":{"v1":0,"v2":1}}');
    await until(4);
    expect(seen[2]).toEqual({ digit: { v1: 0, v2: 1 } });
    file.close();
  });

  it('stops the start when it is bad to begin with', async () => {
    const open = (path: string) => WeightsFile.open({ path, versions, log, onChange: () => undefined });
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, '{"digit":{}}');
    await expect(open(bad)).rejects.toThrow(/AB_WEIGHTS_FILE=".*bad.json": digit: expected shares/);
    await expect(open(join(folder, 'none.json'))).rejects.toThrow(/AB_WEIGHTS_FILE=".*": ENOENT/);
  });
});
