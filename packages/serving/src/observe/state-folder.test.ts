import { StorageHealth, type Log } from '@facet/telemetry';
import fs, { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder } from './state-folder.ts';

describe('a folder of states', () => {
  let folder: string;
  const said: string[] = [];
  const log = { warn: (_fields: object, text: string) => said.push(text) } as unknown as Log;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'facet-states-'));
    said.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what was kept last', async () => {
    const states = new StateFolder(join(folder, 'new'), log);
    await expect(states.read('a.json')).resolves.toBeUndefined();
    await states.write('a.json', '{"n":1}');
    await states.write('a.json', '{"n":2}');
    await expect(states.read('a.json')).resolves.toBe('{"n":2}');
    expect(said).toEqual([]);
  });

  it('sets aside what cannot be read, says so, and begins anew', async () => {
    const states = new StateFolder(folder, log);
    await writeFile(join(folder, 'a.json'), '{"n":1}{"n":2');
    await expect(states.read('a.json')).resolves.toBeUndefined();
    expect(said).toEqual(['a state file cannot be read; renaming it']);
    await expect(readFile(join(folder, 'a.json.broken'), 'utf8')).resolves.toBe('{"n":1}{"n":2');
    await states.write('a.json', '{"n":3}');
    await expect(states.read('a.json')).resolves.toBe('{"n":3}');
  });

  it('keeps one whole state of several that write at once', async () => {
    const texts = Array.from({ length: 8 }, (_, n) => JSON.stringify({ n, pad: 'x'.repeat(50_000 * (n + 1)) }));
    const writers = texts.map((text) => ({ text, states: new StateFolder(folder, log) }));
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(writers.map(({ states, text }) => states.write('a.json', text)));
      expect(texts).toContain(await writers[0]!.states.read('a.json'));
    }
    expect(said).toEqual([]);
    await expect(readdir(folder)).resolves.toEqual(['a.json']);
  });

  it.each(['EIO', 'EROFS', 'ENOSPC', 'EDQUOT'])('counts every write that fails with %s, logs the first alone, and recovers', async (code) => {
    const health = new StorageHealth();
    const states = new StateFolder(folder, log, health);
    const failing = jest.spyOn(fs, 'writeFile').mockRejectedValue(Object.assign(new Error(`${code}: write`), { code }));
    for (let count = 0; count < 3; count += 1) await states.write('a.json', '{"n":1}');
    failing.mockRestore();
    expect({ failures: health.failures, isFailing: health.isFailing, said }).toEqual({
      failures: 3,
      isFailing: true,
      said: ['state cannot be written; keeping it in memory'],
    });
    await states.write('a.json', '{"n":2}');
    expect(health.isFailing).toBe(false);
    await expect(states.read('a.json')).resolves.toBe('{"n":2}');
  });
});
