import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { createLog, lineWriter, type Log } from './index.ts';

let folder: string;
let file: string;
let log: Log;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  file = join(folder, 'log');
  log = await createLog({ service: 'digit', level: 'info', format: 'json', file });
  await flush();
});
afterEach(() => rm(folder, { recursive: true }));

const flush = (): Promise<unknown> => new Promise((resolve) => log.flush(resolve));
const messages = async (): Promise<unknown[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { msg: unknown }).msg);

describe('a log', () => {
  it('reaches its file by itself, soon', async () => {
    log.info('a');
    for (let waited = 0; waited < 50 && (await messages()).length === 0; waited += 1) await sleep(100);
    expect(await messages()).toEqual(['a']);
  });

  it('is all there when the process ends at once', async () => {
    lineWriter(log, 'a')({ id: '1' });
    log.info('b');
    // What pino calls when a process ends without having flushed its log.
    (log as unknown as Record<symbol, { flushSync: () => void }>)[pino.symbols.streamSym]!.flushSync();
    expect(await messages()).toEqual(['a', 'b']);
  });

  it('keeps lines whole and in order, however long, whoever writes them', async () => {
    const write = lineWriter(log, 'written');
    const wanted: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      if (index % 3 === 0) write({ pad: 'é'.repeat(index * 7) });
      else log.info({ pad: 'x'.repeat(index * 97) }, `logged ${index}`);
      wanted.push(index % 3 === 0 ? 'written' : `logged ${index}`);
    }
    await flush();
    expect(await messages()).toEqual(wanted);
  });

  it('can be flushed again and again, with nothing in it', async () => {
    await flush();
    await flush();
    expect(await messages()).toEqual([]);
  });
});
