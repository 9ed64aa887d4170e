import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { before, startStub, type StubService } from './stub-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
const file = join(folder, 'keys.json');
const keys = { digit: makeKey(), all: makeKey(), admin: makeKey(), old: makeKey(), later: makeKey() };
const entry = (id: keyof typeof keys, scopes: string[], more: object = {}) => ({ id, hash: hashKey(keys[id]), scopes, ...more });
const usual = [entry('digit', ['digit']), entry('all', ['*']), entry('admin', ['admin']), entry('old', ['*'], { expires: '2020-01-01T00:00:00Z' })];

/** As a mounted Secret changes: the file is another at once. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const who = { JWT_ISSUER: 'https://login.example', JWT_AUDIENCE: 'facet' };

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('callers', () => {
  let stub: StubService;
  let provider: Server;
  let gateway: SpawnedService;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let published: object[] = [];
  let providerStatus = 200;

  function token(claims: object, key: KeyObject = rsa.privateKey, header: object = { alg: 'RS256', kid: 'one' }): string {
    const body = `${encode(header)}.${encode({ iss: 'https://login.example', aud: 'facet', sub: 'ada', exp: Date.now() / 1000 + 60, scope: 'facet:digit', ...claims })}`;
    return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`;
  }

  beforeAll(async () => {
    stub = await startStub();
    published = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }];
    provider = createServer((_request, response) => {
      response.statusCode = providerStatus;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    write(JSON.stringify({ keys: usual }));
    gateway = await spawnService('gateway', {
      ...before(stub),
      API_KEYS_FILE: file,
      JWT_JWKS_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`,
      ...who,
      LOG_LEVEL: 'trace',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    provider.closeAllConnections();
    provider.close();
    stub.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(
    path: string,
    headers: Record<string, string> = {},
    method = 'POST',
  ): Promise<{ status: number; code: unknown; headers: Headers; body: Record<string, unknown> }> {
    const answer = await fetch(gateway.url + path, { method, headers, ...(method === 'POST' && { body: '{}' }) });
    const text = await answer.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: answer.status, code: body['code'], headers: answer.headers, body };
  }

  it('must name themselves, except to probes and pages', async () => {
    const refused = await ask('/digit/predict');
    expect([refused.status, refused.code, refused.headers.get('www-authenticate')]).toEqual([401, 'unauthenticated', 'Bearer realm="facet"']);
    for (const path of ['/', '/health/live', '/health/ready', '/docs', '/openapi.json', '/v2', '/v2/health/live'])
      expect({ path, status: (await ask(path, {}, 'GET')).status }).toEqual({ path, status: 200 });
    for (const path of ['/digit/model_info', '/metrics', '/status', '/experiments'])
      expect({ path, status: (await ask(path, {}, 'GET')).status }).toEqual({ path, status: 401 });
    expect((await ask('/metrics', { 'x-api-key': keys.digit }, 'GET')).status).toBe(200);
    expect(await ask('/v2/models/digit/infer')).toMatchObject({ status: 401, body: { error: expect.any(String) as string } });
  });

  it('read in the document which calls ask for a name', async () => {
    const { body } = await ask('/openapi.json', {}, 'GET');
    const paths = body['paths'] as Record<string, Record<string, { security?: object[] }>>;
    const calls = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security }]) => ({ path, method, security })),
    );
    expect(calls.filter(({ security }) => security).length).toBeGreaterThan(20);
    for (const { path, method, security } of calls) {
      const { status } = await ask(path.replaceAll(/[{}]/g, ''), {}, method.toUpperCase());
      expect({ path, method, isRefused: status === 401 }).toEqual({ path, method, isRefused: security !== undefined });
    }
    expect(Object.keys((body['components'] as { securitySchemes: object }).securitySchemes)).toEqual(['apiKey', 'bearer']);
  });

  it('open no stream without a name', async () => {
    const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    const status = (key?: string) =>
      new Promise<number>((resolve, reject) => {
        const asked = get(`${gateway.url}/gesture/stream`, { headers: { ...upgrade, ...(key !== undefined && { 'x-api-key': key }) } });
        asked.once('response', (answer) => resolve(answer.resume().statusCode!)).once('upgrade', (_answer, socket) => resolve((socket.destroy(), 101)));
        asked.once('error', reject);
      });
    expect(await status()).toBe(401);
    expect(await status(keys.digit)).toBe(403);
    // The stub speaks no WebSocket: who may open a stream gets as far as that.
    expect(await status(keys.all)).toBeGreaterThanOrEqual(500);
  });

  it.each(['x-api-key', 'authorization'])('are known by a key in %s', async (header) => {
    const send = (key: string) => ({ [header]: header === 'authorization' ? `Bearer ${key}` : key });
    expect((await ask('/digit/predict', send(keys.digit))).status).toBe(200);
    expect(await ask('/gesture/predict', send(keys.digit))).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await ask('/gesture/predict', send(keys.all))).status).toBe(200);
    expect((await ask('/digit/reference/update', send(keys.all))).status).toBe(403);
    expect((await ask('/digit/reference/update', send(keys.admin))).status).toBe(200);
    expect((await ask('/v2/repository/models/digit/load', send(keys.all))).status).toBe(403);
    expect((await ask('/v2/repository/models/digit/load', send(keys.admin))).status).toBe(200);
    for (const wrong of [keys.old, makeKey(), `${keys.digit}x`, keys.digit.slice(0, -1), 'x', keys.digit.toUpperCase()])
      expect((await ask('/digit/predict', send(wrong))).status).toBe(401);
  });

  it('are named to the services, which see no credential; nobody names himself', async () => {
    stub.asked.length = 0;
    await ask('/digit/predict', { 'x-api-key': keys.digit, 'x-client-id': 'root' });
    await ask('/digit/predict', { authorization: `Bearer ${token({})}`, 'x-client-id': 'root' });
    expect(stub.asked.map(({ headers }) => headers['x-client-id'])).toEqual(['digit', 'jwt%3Aada']);
    for (const { headers } of stub.asked) expect(headers).not.toMatchObject({ 'x-api-key': expect.anything() as string });
    expect(JSON.stringify(stub.asked)).not.toContain(keys.digit);
    expect(JSON.stringify(stub.asked)).not.toContain('Bearer');
  });

  it('are known by a token of the provider, and by no other', async () => {
    const send = async (text: string) => (await ask('/digit/predict', { authorization: `Bearer ${text}` })).status;
    expect(await send(token({}))).toBe(200);
    expect(await send(token({ scope: ['digit'] }))).toBe(200);
    expect(await send(token({ scope: 'facet:gesture' }))).toBe(403);
    expect(await send(token({ aud: 'others' }))).toBe(401);
    expect(await send(token({ iss: 'https://other.example' }))).toBe(401);
    expect(await send(token({ exp: Date.now() / 1000 - 120 }))).toBe(401);
    expect(await send(token({ exp: undefined }))).toBe(401);
    expect(await send(token({}, other.privateKey))).toBe(401);
    expect(await send(`${encode({ alg: 'none' })}.${encode({ sub: 'ada' })}.`)).toBe(401);
    // The public key taken for a shared secret.
    const forged = `${encode({ alg: 'HS256', kid: 'one' })}.${encode({ iss: 'https://login.example', aud: 'facet', sub: 'eve', exp: 9e9, scope: '*' })}`;
    const secret = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    expect(await send(`${forged}.${createHmac('sha256', secret).update(forged).digest('base64url')}`)).toBe(401);
  });

  it.each([
    ['an ID token', { nonce: 'n' }, {}, 401],
    ['an ID token of another kind', { at_hash: 'h' }, {}, 401],
    ['an ID token of Cognito', { token_use: 'id' }, {}, 401],
    ['an ID token of Keycloak', { typ: 'ID' }, {}, 401],
    ['a refresh token of Keycloak', { typ: 'Refresh' }, {}, 401],
    ['a logout token', { events: {} }, { typ: 'logout+jwt' }, 401],
    ['a token bound to a key', { cnf: { jkt: 'k' } }, {}, 401],
    ['an access token by RFC 9068', {}, { typ: 'at+jwt' }, 200],
    ['an access token by its long type', {}, { typ: 'application/AT+JWT' }, 200],
    ['an access token of Cognito', { token_use: 'access' }, { typ: 'JWT' }, 200],
    ['an access token of Keycloak', { typ: 'Bearer' }, { typ: 'JWT' }, 200],
  ])('%s: %j %j answers %i', async (_what, claims, header, status) => {
    const text = token(claims, rsa.privateKey, { alg: 'RS256', kid: 'one', ...header });
    expect((await ask('/digit/predict', { authorization: `Bearer ${text}` })).status).toBe(status);
  });

  it('are told apart whatever their subject is, and no subject breaks a request', async () => {
    stub.asked.length = 0;
    const long = 'x'.repeat(200);
    const subjects = [
      '',
      7,
      { a: 1 },
      null,
      true,
      ['ada'],
      `${long}1`,
      `${long}2`,
      'a b',
      'a\tb',
      'a\r\nx-client-id: root',
      'ä',
      'ü',
      '\ud800',
      '\udbff',
      '名',
      'x~y',
      'ada',
    ];
    const statuses: number[] = [];
    for (const sub of subjects) statuses.push((await ask('/digit/predict', { authorization: `Bearer ${token({ sub })}` })).status);
    expect(statuses).toEqual(subjects.map((sub) => (typeof sub === 'string' && sub !== '' ? 200 : 401)));
    const names = stub.asked.map(({ headers }) => String(headers['x-client-id']));
    expect(new Set(names).size).toBe(subjects.length - 6);
    for (const name of names) expect(decodeURIComponent(name)).toMatch(/^jwt:[!-~]{1,128}$/);
    expect((await ask('/digit/predict', { authorization: `Bearer ${token({ scope: [{ toString: 1 }, null, 'digit'] })}` })).status).toBe(200);
  });

  it.each([
    ['without an issuer', { JWT_ISSUER: '' }, /JWT_ISSUER: required with JWT_JWKS_URL/],
    ['without an audience', { JWT_AUDIENCE: '' }, /JWT_AUDIENCE: required with JWT_JWKS_URL/],
    ['with keys over http', { JWT_JWKS_URL: 'http://login.example/jwks' }, /JWT_JWKS_URL="http:.*: expected https/],
    ['with keys over file', { JWT_JWKS_URL: 'file:///etc/keys' }, /JWT_JWKS_URL=.*expected a URL/],
  ])('%s no gateway starts', async (_what, env, says) => {
    const all = { ...before(stub), JWT_JWKS_URL: 'https://login.example/jwks', ...who, ...env };
    await expect(spawnService('gateway', all)).rejects.toThrow(says);
  });

  it('with tokens of a key that cannot be had are told to come back, and those with API keys come in', async () => {
    const strange = await spawnService('gateway', { ...before(stub), API_KEYS_FILE: file, JWT_JWKS_URL: 'http://127.0.0.1:1/jwks', ...who });
    const answer = await fetch(`${strange.url}/digit/predict`, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${token({})}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'identity-unavailable' });
    expect((await fetch(`${strange.url}/digit/predict`, { method: 'POST', body: '{}', headers: { 'x-api-key': keys.digit } })).status).toBe(200);
    await strange.stop();
  });

  it('come and go as the file changes; one that cannot be used changes nothing', async () => {
    const status = async (key: string) => (await ask('/digit/predict', { 'x-api-key': key })).status;
    const until = async (key: string, wanted: number): Promise<void> => {
      for (let tries = 0; (await status(key)) !== wanted; tries += 1) {
        if (tries > 100) throw new Error(`never ${wanted}`);
        await sleep(50);
      }
    };
    expect(await status(keys.later)).toBe(401);
    write(JSON.stringify({ keys: [...usual, entry('later', ['digit'])] }));
    await until(keys.later, 200);
    write(`{"keys":[{"id":"x","hash":"${keys.later}"`);
    const said = () => gateway.log.find(({ msg }) => String(msg).includes('key file is invalid'));
    for (let tries = 0; tries < 100 && !said(); tries += 1) await sleep(50);
    expect(said()).toMatchObject({ level: 'error', detail: 'it is not JSON' });
    expect(await status(keys.later)).toBe(200);
    write(JSON.stringify({ keys: usual }));
    await until(keys.later, 401);
  });

  it('leave no secret in any log', async () => {
    await sleep(200);
    const lines = gateway.log.map((line) => JSON.stringify(line)).join('\n');
    expect(lines).toContain('"client":"digit"');
    for (const key of Object.values(keys)) {
      expect(lines).not.toContain(key);
      expect(lines).not.toContain(hashKey(key).slice(7));
    }
    expect(lines).not.toMatch(/Bearer |eyJ[\w-]{10}/);
  });

  it.each([
    ['no file', undefined, /ENOENT/],
    ['no JSON', '{', /it is not JSON/],
    ['a key in place of its hash', JSON.stringify({ keys: [{ id: 'a', hash: keys.digit, scopes: ['*'] }] }), /keys\.0\.hash: expected sha256:/],
    ['a scope that no task can have', JSON.stringify({ keys: [{ ...usual[0], scopes: ['Root'] }] }), /keys\.0\.scopes/],
    ['the same id twice', JSON.stringify({ keys: [usual[0], { ...usual[1], id: 'digit' }] }), /keys\.1\.id: is there twice/],
    ['a misspelt limit', JSON.stringify({ keys: [{ ...usual[0], rate: 5 }] }), /keys\.0: .*rate/],
  ])('%s stops the start, with a reason that shows no secret', async (_what, text, says) => {
    const path = join(folder, 'bad.json');
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text);
    const failure = (await spawnService('gateway', { API_KEYS_FILE: path }).catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain('API_KEYS_FILE');
    expect(failure.message).toMatch(says);
    expect(failure.message).not.toContain(keys.digit);
  });
});
