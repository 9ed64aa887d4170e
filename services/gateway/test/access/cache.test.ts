import { describeWithParts, spawnService, spawnSuite, startRedis, type RealServer, type SpawnedService, type SpawnedSuite } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, startStub, type StubService } from './stub-service.ts';

const digit = readFileSync(join(__dirname, '../../../../examples/digit.png'));

function form(): RequestInit {
  const data = new FormData();
  data.append('file', new Blob([digit]), 'digit.png');
  return { method: 'POST', body: data };
}

describe('the cache before real services', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite({ CACHE: 'memory' });
  });
  afterAll(() => suite.stop());

  it('answers an image that it has seen without touching a model', async () => {
    const first = await fetch(`${suite.gateway.url}/digit/v1/predict`, form());
    const told = (await first.json()) as Record<string, unknown>;
    expect([first.status, first.headers.get('x-cache')]).toEqual([200, 'miss']);
    const predictions = async () =>
      /^model_predictions_total\{version="v1",status="success"\} (\d+)/m.exec(await (await fetch(`${suite.digit.url}/metrics`)).text())![1];
    const soFar = await predictions();
    const again = await fetch(`${suite.gateway.url}/digit/v1/predict`, { ...form(), headers: { 'x-request-id': 'second' } });
    expect(again.headers.get('x-cache')).toBe('hit');
    expect([again.headers.get('x-request-id'), again.headers.get('x-model')]).toEqual(['second', first.headers.get('x-model')]);
    expect(await again.json()).toEqual({ ...told, request_id: 'second' });
    expect(await predictions()).toBe(soFar);
    expect((await fetch(`${suite.gateway.url}/digit/v2/predict`, form())).headers.get('x-cache')).toBe('miss');
    expect((await fetch(`${suite.gateway.url}/digit/v1/predict`, { ...form(), headers: { 'cache-control': 'no-store' } })).headers.get('x-cache')).toBe(
      'bypass',
    );
  });

  it('answers tensors of the Open Inference Protocol too', async () => {
    const request = { method: 'POST', body: JSON.stringify({ inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [digit.toString('base64')] }] }) };
    const url = `${suite.gateway.url}/v2/models/digit/versions/1/infer`;
    const [first, second] = [await fetch(url, request), await fetch(url, request)];
    expect([first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual(['miss', 'hit']);
    const [a, b] = [(await first.json()) as { id: string; outputs: unknown }, (await second.json()) as { id: string; outputs: unknown }];
    expect(b.outputs).toEqual(a.outputs);
    expect(b.id).toBe(second.headers.get('x-request-id'));
    const text = await (await fetch(`${suite.gateway.url}/metrics`)).text();
    expect(text).toMatch(/^gateway_cache_requests_total\{service="digit",result="hit"\} [2-9]/m);
    expect(text).toMatch(/^gateway_cache_bytes [1-9]/m);
  });
});

describeWithParts('the cache in Redis', ['redis-server'], () => {
  let redis: RealServer;
  let stub: StubService;
  let gateways: SpawnedService[];
  beforeAll(async () => {
    [redis, stub] = await Promise.all([startRedis(), startStub()]);
    const start = () => spawnService('gateway', { ...before(stub), CACHE: 'redis', REDIS_URL: redis.url, MODEL_VERSIONS: 'v1' });
    gateways = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await redis.remove();
    stub.close();
  });
  const ask = async (index: number, body: string): Promise<string | null> =>
    (await fetch(`${gateways[index]!.url}/digit/predict`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).headers.get('x-cache');

  it('is shared by replicas', async () => {
    expect(await ask(0, '"one"')).toBe('miss');
    // The other learns which model answers from an answer of its own.
    expect(await ask(1, '"two"')).toBe('miss');
    for (let tries = 0; tries < 20 && (await ask(1, '"one"')) !== 'hit'; tries += 1) await sleep(20);
    expect(await ask(1, '"one"')).toBe('hit');
  });

  it('fails nothing when Redis does', async () => {
    await redis.stop();
    expect(await ask(0, '"one"')).toBe('miss');
    expect(await ask(0, '"one"')).toBe('miss');
    await redis.start();
    for (let tries = 0; tries < 100 && (await ask(0, '"one"')) !== 'hit'; tries += 1) await sleep(50);
    expect(await ask(0, '"one"')).toBe('hit');
  });
});
