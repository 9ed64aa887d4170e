import { verifyLines } from '@facet/audit';
import { RedisLink } from '@facet/redis';
import { describeWithParts, spawnService, startRedis } from '@facet/testkit';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { sendDigits } from './send-digits.ts';

const root = join(__dirname, '../../..');
const picture = join(root, 'examples/digit.png');

async function linesIn(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jsonl')).toSorted();
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}

describe('the audit of a service in several processes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has one chain with one record a prediction, its input by hash', async () => {
    const service = await spawnService('digit', { WORKERS: '2', AUDIT: 'hash', AUDIT_TO: folder });
    const answers = await sendDigits(service.url, { from: 0, count: 40 });
    const { body } = await request(service.url)
      .post('/predict')
      .set('x-request-id', 'look-for-me')
      .set('x-user-id', 'ann')
      .set('x-client-id', 'jwt%3Aphone')
      .attach('file', picture)
      .expect(200);
    expect(await service.stop()).toBe(0);
    const text = await linesIn(folder);
    expect(verifyLines(text)).toMatchObject({ records: 42, chains: [{ from: 0, to: 41 }], torn: false });
    for (const { request_id } of answers) expect(text).toContain(`"request_id":"${request_id}"`);
    const input = createHash('sha256')
      .update(await readFile(picture))
      .digest('hex');
    const line = text.split('\n').find((each) => each.includes('look-for-me'))!;
    expect(JSON.parse(line)).toMatchObject({
      record: {
        kind: 'prediction',
        input_sha256: input,
        model: expect.stringContaining(`digit/${String(body.version)}@sha256:`),
        answer: { predicted_digit: 7 },
      },
      // The caller whom the gateway authenticated, and not the user whom the caller names.
      personal: { caller: 'jwt:phone' },
    });
    expect(text).not.toContain('ann');
  });

  it('verifies after kill -9 under load, from the command line too', async () => {
    const env = { WORKERS: '2', AUDIT: 'input', AUDIT_TO: folder };
    const killed = await spawnService('digit', env);
    const sending = sendDigits(killed.url, { from: 0, count: 400, lanes: 8 }).catch(() => undefined);
    // Killed once enough has been written, however long that takes.
    for (let tries = 0; tries < 1000 && (await linesIn(folder)).split('\n').length < 20; tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    killed.process.kill('SIGKILL');
    await sending;
    const service = await spawnService('digit', env);
    await sendDigits(service.url, { from: 0, count: 5 });
    await service.stop();
    const verdict = verifyLines(await linesIn(folder));
    expect(verdict.broken).toBeUndefined();
    expect(verdict).toMatchObject({ torn: false, chains: [{ from: 0 }] });
    expect(verdict.records).toBeGreaterThan(10);
    const { status, stdout } = spawnSync(process.execPath, ['--conditions=source', 'packages/audit/src/cli.ts', 'verify', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toContain(`ok: ${verdict.records} records`);
    expect(status).toBe(0);
  });
});

describeWithParts('an audit in Redis', ['redis-server'], () => {
  it('outlives an absence of it', async () => {
    const redis = await startRedis();
    const service = await spawnService('digit', { REDIS_URL: redis.url, AUDIT: 'hash', AUDIT_TO: 'redis' });
    await sendDigits(service.url, { from: 0, count: 10 });
    await redis.stop();
    const answers = await sendDigits(service.url, { from: 10, count: 10 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await redis.start();
    const link = await RedisLink.open(redis.url, { info: () => undefined, warn: () => undefined });
    let text = '';
    for (let tries = 0; tries < 400 && verifyLines(text).records < 21; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const entries = await link.attempt((client) => client.xrange('facet:audit:digit', '-', '+'));
      text = (entries ?? []).map(([, [, line]]) => `${line!}\n`).join('');
    }
    expect(verifyLines(text)).toMatchObject({ records: 21, chains: [{ from: 0, to: 20 }] });
    expect(verifyLines(text).broken).toBeUndefined();
    link.close();
    await service.stop();
    await redis.remove();
  });
});
