import { findRecords, FolderSink, Ledger, ObjectSink, verifyLines } from '@facet/audit';
import { openStore } from '@facet/object-store';
import { describeWithParts, s3Credentials, s3Region, spawnService, startS3 } from '@facet/testkit';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { sendDigits } from './send-digits.ts';

// Services start, on machines that may be busy.
jest.setTimeout(180_000);

it('an audit on standard output is a chain among the lines of the log', async () => {
  const service = await spawnService('digit', { AUDIT: 'hash', AUDIT_TO: 'stdout' });
  const answers = await sendDigits(service.url, { from: 0, count: 12 });
  expect(await service.stop()).toBe(0);
  const text = service.log.flatMap((line) => ('record' in line ? [`${JSON.stringify(line)}\n`] : [])).join('');
  expect(verifyLines(text)).toMatchObject({ records: 13, chains: [{ from: 0, to: 12 }] });
  expect(verifyLines(text).broken).toBeUndefined();
  for (const { request_id } of answers) expect(findRecords(text, request_id)).toHaveLength(1);
});

it('what is older than the days that are allowed is forgotten when a service starts, and the chain goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  const own = join(folder, 'digit', hostname());
  const quiet = {
    maxWaitingBytes: 1e6,
    onWritten: () => undefined,
    onLost: () => undefined,
    onFailed: () => undefined,
    onHealth: () => undefined,
    gatherMs: 1,
  };
  const old = await Ledger.open({ ...quiet, sink: new FolderSink(own, () => '2026-01-01') }, {});
  old.append([{ at: '2026-01-01T12:00:00.000Z', kind: 'prediction', request_id: 'old', personal: { user: 'ann', input: 'aGFsbG8=' } }]);
  await old.close(5000);
  const service = await spawnService('digit', { AUDIT: 'input', AUDIT_TO: folder, AUDIT_FORGET_DAYS: '7' });
  await request(service.url).post('/predict').set('x-user-id', 'bob').attach('file', join(__dirname, '../../../examples/digit.png')).expect(200);
  const read = async () => (await Promise.all((await readdir(own)).toSorted().map((name) => readFile(join(own, name), 'utf8')))).join('');
  for (let tries = 0; tries < 100 && (await read()).includes('ann'); tries++) await sleep(50);
  expect(await service.stop()).toBe(0);
  const text = await read();
  expect(text).not.toContain('ann');
  expect(text).toContain('"user":"bob"');
  expect(findRecords(text, 'old')).toHaveLength(1);
  expect(verifyLines(text)).toMatchObject({ records: 4, chains: [{ from: 0, to: 3 }] });
  expect(verifyLines(text).broken).toBeUndefined();
  await rm(folder, { recursive: true });
});

describeWithParts('an audit in a bucket', ['versitygw'], () => {
  it('outlives an absence of it, and can forget', async () => {
    const server = await startS3('audit');
    const store = await openStore('s3://audit', { endpoint: server.url, region: s3Region, credentials: s3Credentials });
    const read = async (): Promise<string> => {
      const texts: string[] = [];
      // By their keys, objects of a chain lie in its order.
      for await (const { key } of store.list('audit/digit/')) texts.push((await store.get(key))!.toString('utf8'));
      return texts.join('');
    };
    const service = await spawnService('digit', {
      AUDIT: 'input',
      AUDIT_TO: 's3',
      S3_BUCKET_NAME: 'audit',
      S3_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      AWS_DEFAULT_REGION: s3Region,
    });
    const before = await sendDigits(service.url, { from: 0, count: 10 });
    await server.stop();
    const meanwhile = await sendDigits(service.url, { from: 10, count: 10 });
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([200]));
    await server.start();
    let text = '';
    for (let tries = 0; tries < 300 && verifyLines(text).records < 21; tries++) {
      await sleep(100);
      text = await read();
    }
    expect(verifyLines(text)).toMatchObject({ records: 21, chains: [{ from: 0, to: 20 }] });
    expect(verifyLines(text).broken).toBeUndefined();
    for (const { request_id } of [...before, ...meanwhile]) expect(findRecords(text, request_id)).toHaveLength(1);
    expect(text).toContain('"input":"');

    await new ObjectSink(store, 'audit/digit').forget(new Date(Date.now() + 60_000));
    const forgotten = await read();
    expect(forgotten).not.toContain('"input":"');
    expect(verifyLines(forgotten)).toMatchObject({ records: 21, chains: [{ from: 0, to: 20 }] });
    expect(verifyLines(forgotten).broken).toBeUndefined();
    expect(await service.stop()).toBe(0);
    await store.close();
    await server.remove();
  });
});
