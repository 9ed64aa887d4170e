import { spawnService, type SpawnedService } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, startStub, type StubService } from './stub-service.ts';

const places = 4;

describe('fair shares of a service behind a trusted proxy', () => {
  let stub: StubService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    stub = await startStub();
    gateway = await spawnService('gateway', { ...before(stub), TRUSTED_PROXIES: '1', OVERLOAD_LIMIT_MIN: `${places}`, OVERLOAD_LIMIT_MAX: `${places}` });
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
  });

  const statusFor = async (forwardedFor: string): Promise<number> => {
    const answer = await fetch(`${gateway.url}/digit/v1/predict`, { method: 'POST', body: '{}', headers: { 'x-forwarded-for': forwardedFor } });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('are of the client that the proxy names, not of the proxy, the port or what the client claims', async () => {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    stub.held = promise;
    const greedy = Array.from({ length: 3 * places }, (_, index) => statusFor(`198.51.100.${index}, 203.0.113.1:${4000 + index}`));
    for (let tries = 0; tries < 500 && stub.asked.length < places; tries += 1) await sleep(20);
    expect(stub.asked).toHaveLength(places);
    stub.held = undefined;
    expect(await statusFor('203.0.113.2')).toBe(200);
    expect(await statusFor('203.0.113.1:5000')).toBe(503);
    expect(await statusFor('203.0.113.3, 203.0.113.1')).toBe(503);
    release();
    expect((await Promise.all(greedy)).filter((status) => status === 503)).toHaveLength(2 * places);
  });
});
