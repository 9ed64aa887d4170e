import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createLog, lineWriter, StageClock } from './index.ts';

type Line = Record<string, unknown>;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What stands in the log after something was written. */
async function written(write: (line: (fields: Line) => void, info: (fields: Line) => void) => void, level = 'info'): Promise<Line[]> {
  const file = join(folder, 'log');
  const log = await createLog({ service: 'digit', level, format: 'json', file });
  write(lineWriter(log, 'request'), (fields) => log.info(fields, 'request'));
  await turn();
  await new Promise((resolve) => log.flush(resolve));
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const clock = new StageClock(0);
clock.mark('receive', 0.0312);
clock.mark('infer', 1204.5);

test.each<[string, Line]>([
  ['what every request says', { id: 'a-1', method: 'POST', route: '/v1/predict', status: 200, ms: 1.234, isCached: false, stages: clock, version: 'v1' }],
  ['text that must be escaped', { id: 'say "hello"\n\\ \u2028 \u0007 \ud800 Zoë', detail: '</script>' }],
  ['numbers that JSON does not know', { ms: Number.NaN, items: Infinity }],
  ['what is not there', { id: 'a', version: undefined }],
  ['errors and objects', { id: 'a', err: new RangeError('too far'), counts: { a: [1] } }],
])('a line says %s as the log itself would', async (_, fields) => {
  const [fast, own] = await written((line, info) => {
    line(fields);
    setImmediate(() => info(fields));
  });
  expect({ ...fast, time: 0 }).toEqual({ ...own, time: 0 });
  expect(Object.keys(fast!)).toEqual(Object.keys(own!));
  expect(fast!['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('many lines of one turn come whole and in order, with those that the log wrote itself', async () => {
  const lines = await written((line) => {
    for (let index = 0; index < 500; index++) line(index % 100 === 50 ? { index, err: new Error('x') } : { index, pad: 'x'.repeat(index) });
  });
  expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, index) => index));
});

test('a log that is quieter gets none', async () => {
  expect(await written((line) => line({ id: 'a' }), 'warning')).toEqual([]);
});
