import { describeWithParts, spawnSuite, startRedis, type RealServer, type SpawnedSuite } from '@facet/testkit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const hand = readFileSync('examples/hand.json');
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

const key = makeKey();
const unknownKey = makeKey();
const token = `${encode({ alg: 'RS256', kid: 'one' })}.${encode({ sub: 'ada', exp: Date.now() / 1000 + 60 })}.${Buffer.from('not really signed').toString('base64url')}`;
const redisPassword = 'r3dis-pa55word-of-the-suite';
const bucketKey = { AWS_ACCESS_KEY_ID: 'AKIAFACETSUITE', AWS_SECRET_ACCESS_KEY: 's3cr3t/of+the/bucket0123456789abcdef' };

/** What must be in no line, by what it is. */
const secrets = {
  'an API key': key,
  'its hash': hashKey(key).slice(7),
  'an unknown key': unknownKey,
  'a token': token.split('.')[1]!,
  'its signature': token.split('.')[2]!,
  "Redis's password": redisPassword,
  "the bucket's secret": bucketKey.AWS_SECRET_ACCESS_KEY,
  'a password in Basic': Buffer.from(`user:${key}`).toString('base64'),
};

describeWithParts('no secret is in what any process prints', ['redis-server'], () => {
  let redis: RealServer;
  let suite: SpawnedSuite;
  const bodies: string[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [{ id: 'phone', hash: hashKey(key), scopes: ['gesture', 'digit', 'admin'], ratePerSecond: 1000 }] }));
    suite = await spawnSuite({
      LOG_LEVEL: 'trace',
      ACCESS_LOG: 'true',
      API_KEYS_FILE: keys,
      // Nobody answers at either: what fails is told, and must be told without its credentials.
      JWT_ISSUER: 'any',
      JWT_AUDIENCE: 'any',
      JWT_JWKS_URL: 'http://127.0.0.1:9/jwks',
      S3_ENDPOINT: 'http://127.0.0.1:9',
      S3_BUCKET_NAME: 'samples',
      ...bucketKey,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AUDIT: 'hash',
      AUDIT_TO: join(folder, 'audit'),
      SAMPLES_DIR: join(folder, 'samples'),
      SAMPLES_RANDOM_SHARE: '1',
      CACHE: 'redis',
      // This Redis has no password, and says so to each who sends one.
      REDIS_URL: redis.url.replace('redis://', `redis://user:${redisPassword}@`),
    });
  });
  afterAll(async () => {
    await suite.stop();
    await redis.remove();
    rmSync(folder, { recursive: true });
  });

  const ask = async (path: string, headers: Record<string, string>, body: string | Buffer = hand): Promise<number> => {
    const answer = await fetch(suite.gateway.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    bodies.push(await answer.text());
    return answer.status;
  };

  it('whoever asks, with whatever in the wrong place', async () => {
    expect(await ask('/gesture/predict', { 'x-api-key': key })).toBe(200);
    const right = { 'x-api-key': key };
    for (const name of ['apikey', 'api-key', 'x-key', 'x-auth-token', 'proxy-authorization', 'authentication', 'cookie'])
      expect({ name, status: await ask('/gesture/predict', { [name]: `${name}=${key}` }) }).toEqual({ name, status: 401 });
    for (const authorization of [key, `ApiKey ${key}`, `Basic ${Buffer.from(`user:${key}`).toString('base64')}`, `Bearer ${unknownKey}`, `Bearer ${token}`])
      expect([401, 503]).toContain(await ask('/gesture/predict', { authorization }));
    expect(await ask('/gesture/predict', { 'x-api-key': token })).not.toBe(200);
    for (const path of [`/gesture/predict?api_key=${key}`, `/gesture/predict?access_token=${token}`, `/v2/models/gesture/infer?key=${key}`])
      expect(await ask(path, {})).toBe(401);
    // Known by the one and sending another beside it, with all that may go wrong behind the gateway.
    for (const path of [
      `/gesture/predict?key=${unknownKey}`,
      `/digit/predict?conf_threshold=${unknownKey}`,
      `/gesture/nothing?key=${unknownKey}`,
      `/nowhere?key=${unknownKey}`,
    ])
      await ask(path, { ...right, authorization: `Bearer ${unknownKey}`, cookie: `session=${unknownKey}` });
    for (const broken of ['{', '{"landmarks":1}', '{}']) expect(await ask('/gesture/predict', right, broken)).toBeGreaterThanOrEqual(400);
    expect(await ask('/detection/predict', right)).toBe(403);
    expect(await ask('/digit/reference/update', right, '{"rows":1}')).toBeGreaterThanOrEqual(400);
  });

  it('nor what becomes of Redis, the bucket and the key file', async () => {
    writeFileSync(join(folder, 'keys.json'), `{"keys": [{"id": "phone", "hash": "${key}", "scopes": ["*"]}]}`);
    await redis.stop();
    for (let count = 0; count < 5; count += 1) await ask('/gesture/predict', { 'x-api-key': key });
    await redis.start();
    const expected = [/Redis (is unreachable|returns errors)/, /keys\.0\.hash/];
    const isPrinted = (pattern: RegExp): boolean => suite.gateway.output.some((line) => pattern.test(line));
    for (let tries = 0; tries < 500 && !expected.every(isPrinted); tries += 1) await sleep(50);
    expect(expected.filter((pattern) => !isPrinted(pattern))).toEqual([]);
  });

  it('in any line, at the most talkative, and in no answer', async () => {
    await Promise.all(
      [suite.gateway, suite.gesture, suite.digit, suite.detection].map(({ url }) =>
        fetch(`${url}/metrics`).then(async (answer) => bodies.push(await answer.text())),
      ),
    );
    await suite.stop();
    const printed = {
      gateway: suite.gateway.output,
      gesture: suite.gesture.output,
      digit: suite.digit.output,
      detection: suite.detection.output,
      answers: bodies,
    };
    expect(printed.gateway.length).toBeGreaterThan(20);
    expect(printed.gesture.length).toBeGreaterThan(5);
    for (const [who, lines] of Object.entries(printed))
      for (const [what, secret] of Object.entries(secrets))
        expect({ who, what, line: lines.find((line) => line.includes(secret)) }).toEqual({ who, what, line: undefined });
  });
});
