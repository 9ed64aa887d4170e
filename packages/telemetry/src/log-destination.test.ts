import { mkdtempSync } from 'node:fs';
import { copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithSmallDisk } from '@facet/testkit';
import { LogDestination } from './log-destination.ts';
import { StorageHealth } from './storage-health.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-destination-'));
afterAll(() => rm(folder, { recursive: true }));

const opened: LogDestination[] = [];
afterEach(() => opened.splice(0).forEach((destination) => destination.close()));

function open(file: string, maxQueuedBytes?: number): { destination: LogDestination; health: StorageHealth; flush(): Promise<void> } {
  const health = new StorageHealth();
  const destination = new LogDestination({
    file,
    pieceLength: 1000,
    line: (level, msg, fields) => `${JSON.stringify({ level, msg, ...fields })}\n`,
    health,
    ...(maxQueuedBytes !== undefined && { maxQueuedBytes }),
  });
  opened.push(destination);
  return { destination, health, flush: () => new Promise((resolve) => destination.flush(resolve)) };
}

const lines = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).split('\n').filter(Boolean);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400 && !(await condition()); tries += 1) await sleep(50);
}

describe('rotation', () => {
  it('by rename: lines go on in the old file until it is opened again, and none is lost', async () => {
    const file = join(folder, 'renamed.log');
    const { destination, flush } = open(file);
    destination.write('a\n');
    await flush();
    await rename(file, `${file}.1`);
    destination.write('b\n');
    await flush();
    destination.reopen();
    destination.write('c\n');
    await flush();
    await until(async () => (await lines(file).catch(() => [])).length > 0);
    expect([await lines(`${file}.1`), await lines(file)]).toEqual([['a', 'b'], ['c']]);
  });

  it('by rename or removal is noticed without a signal', async () => {
    const acts = [
      (file: string) => rename(file, `${file}.1`),
      (file: string) => rm(file),
      (file: string) => rename(file, `${file}.1`).then(() => writeFile(file, '')),
    ];
    await Promise.all(
      acts.map(async (act, index) => {
        const file = join(folder, `unsignalled-${index}.log`);
        const { destination, flush } = open(file);
        await act(file);
        await until(async () => {
          destination.write('x\n');
          await flush();
          return (await lines(file).catch(() => [])).length > 0;
        });
        expect((await lines(file))[0]).toBe('x');
      }),
    );
  });

  it('by copy and truncation leaves no hole', async () => {
    const file = join(folder, 'truncated.log');
    const { destination, flush } = open(file);
    destination.write('a\n');
    await flush();
    await copyFile(file, `${file}.1`);
    await truncate(file);
    destination.write('b\n');
    await flush();
    expect(await readFile(file, 'utf8')).toBe('b\n');
  });
});

describe('a file that cannot be opened', () => {
  it.each(['/sys/facet.log', join(folder, 'file', 'log')])('%s fails nothing, and is flushed at once', async (file) => {
    await writeFile(join(folder, 'file'), '');
    const { destination, health, flush } = open(file, 10_000);
    for (let index = 0; index < 1000; index += 1) destination.write(`${'x'.repeat(100)}\n`);
    await flush();
    destination.flushSync();
    expect(health.isFailing).toBe(true);
  });

  it('is opened as soon as it can be', async () => {
    const blocker = join(folder, 'blocker');
    await writeFile(blocker, '');
    const { destination, health } = open(join(blocker, 'log'));
    destination.write('a\n');
    expect(health.isFailing).toBe(true);
    await rm(blocker);
    await until(() => !health.isFailing);
    expect((await lines(join(blocker, 'log')))[0]).toBe('a');
  });
});

it('flushes to a device that is always full without waiting or throwing', async () => {
  const { destination, health, flush } = open('/dev/full', 10_000);
  for (let index = 0; index < 1000; index += 1) destination.write(`${'x'.repeat(100)}\n`);
  await flush();
  await flush();
  destination.flushSync();
  expect(health.isFailing).toBe(true);
  expect(health.failures).toBeLessThan(20);
});

describeWithSmallDisk('a disk that fills up and gets room again', (mount) => {
  it('holds whole lines in order; what exceeded the memory for waiting lines is counted', async () => {
    const disk = mount(64);
    try {
      const file = join(disk.folder, 'log');
      const { destination, health, flush } = open(file, 32 * 1024);
      const count = 2000;
      for (let index = 0; index < count; index += 1) {
        destination.write(`${JSON.stringify({ index, pad: 'x'.repeat(80) })}\n`);
        if (index % 50 === 0) await sleep(1);
      }
      await flush();
      expect(health.isFailing).toBe(true);
      disk.resize(1024);
      await until(() => !health.isFailing);
      await flush();
      const found = (await lines(file)).map((line) => JSON.parse(line) as { index?: number; dropped_lines?: number });
      const indexes = found.flatMap(({ index }) => (index === undefined ? [] : [index]));
      const dropped = found.find(({ dropped_lines: number }) => number !== undefined)?.dropped_lines;
      expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      expect(indexes.length).toBeGreaterThan(600);
      expect(dropped).toBeGreaterThan(0);
      expect(indexes.length + dropped!).toBe(count);
      destination.close();
      opened.length = 0;
      await sleep(50);
    } finally {
      disk.remove();
    }
  });
});
