import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readMessage } from './messages.ts';
import { handleRequests, IpcError, publish, sendRequest, subscribe } from './processes.ts';

const urlOf = (path: string): string => pathToFileURL(path).href;

/** A pod of one process that serves, which says what it got; the process above also sends it what is malformed. */
const pod = `
import cluster from 'node:cluster';
import { handleRequests, publish, sendRequest, subscribe } from '${urlOf(join(__dirname, 'index.ts'))}';
import { z } from '${urlOf(createRequire(__filename).resolve('zod'))}';

const half = { name: 'half', payload: z.number(), result: z.int() };
const note = { name: 'note', payload: z.string() };
const done = { name: 'done', payload: z.null(), result: z.null() };
if (cluster.isPrimary) {
  handleRequests(half, (value, processId) => {
    if (processId !== 1) throw new Error('not the process that asked');
    if (value < 0) throw new RangeError('below 0');
    return value / 2;
  });
  const worker = cluster.fork();
  handleRequests(done, () => {
    for (const message of [{ facet: 'event', topic: 'note', payload: 7 }, { facet: 'event' }, { facet: 'response', id: 'x' }, 'text', null]) worker.send(message);
    publish(note, 'heard');
    return null;
  });
} else {
  const said = [];
  const warned = new Promise((resolve) => process.once('warning', ({ message }) => resolve(message)));
  const attempt = (value, topic = half) => sendRequest(topic, value).then((result) => said.push(result), ({ name, message }) => said.push(name + ': ' + message));
  for (const foreign of [{ facet: 'metrics-wanted' }, { facet: 'request' }, 'text']) process.send(foreign);
  for (const value of [8, -1, 3, 'eight']) await attempt(value);
  await attempt(null, { ...half, name: 'unknown' });
  const heard = new Promise((resolve) => subscribe(note, (text) => resolve(said.push(text))));
  await sendRequest(done, null);
  await heard;
  said.push(await warned);
  process.stdout.write(JSON.stringify(said), () => process.exit(0));
}
`;

describe('messages between processes', () => {
  it('are checked where they are received', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ipc-'));
    const file = join(folder, 'pod.mjs');
    writeFileSync(file, pod);
    const { stdout } = spawnSync(process.execPath, ['--conditions=source', file], { encoding: 'utf8', timeout: 60_000 });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout || 'null')).toEqual([
      4,
      'RangeError: below 0',
      expect.stringMatching(/^Error: the result of half is malformed: .*expected int/),
      expect.stringMatching(/^TypeError: the payload of half is malformed: .*expected number/),
      'Error: no handler for unknown',
      'heard',
      expect.stringMatching(/^the payload of note is malformed: .*expected string/),
    ]);
  });

  it.each([undefined, null, 'text', 7, [], {}, { facet: 'metrics-given' }, { facet: 'request', id: 0.5, topic: 'a' }, { facet: 'failure', id: 1 }])(
    'are none of ours: %j',
    (value) => expect(readMessage(value)).toBeUndefined(),
  );
});

describe('a process that serves alone', () => {
  const topic = { name: 'alone', payload: {} as never, result: {} as never };

  it('answers itself', async () => {
    handleRequests<number, number>(topic, (value, processId) => {
      if (value < 0) throw new RangeError('below 0');
      return value + processId;
    });
    expect(await sendRequest<number, number>(topic, 7)).toBe(7);
    const refused = sendRequest<number, number>(topic, -1);
    await expect(refused).rejects.toThrow(IpcError);
    await expect(refused).rejects.toMatchObject({ name: 'RangeError', message: 'below 0' });
  });

  it('lets itself know', () => {
    const heard: string[] = [];
    publish<string>(topic, 'too early');
    subscribe<string>(topic, (text) => heard.push(text));
    publish<string>(topic, 'in time');
    expect(heard).toEqual(['in time']);
  });
});
