import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { before, startStub, type StubService } from './stub-service.ts';

const limit = 3;

/** A gateway of two processes and a key with a limit on its requests under way, counted by rate as well so that admission takes a while. */
describe('the concurrency of a key at a gateway of several processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'concurrency-'));
  const file = join(folder, 'keys.json');
  const key = makeKey();
  let stub: StubService;
  let gateway: SpawnedService;

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify({ keys: [{ id: 'phone', hash: hashKey(key), scopes: ['*'], concurrency: limit, ratePerSecond: 100_000 }] }));
    stub = await startStub();
    gateway = await spawnService('gateway', { ...before(stub), WORKERS: '2', API_KEYS_FILE: file });
    while (workers().length < 2 || gateway.log.filter(({ msg }) => msg === 'listening').length < 2) await sleep(20);
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
    rmSync(folder, { recursive: true });
  });

  const workers = (): number[] => {
    const { pid } = gateway.process;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  };

  /** The status of a request over a connection of its own: connections are handed to the processes in turn. */
  function ask(): Promise<number> {
    return new Promise((resolve) => {
      const sent = request(`${gateway.url}/digit/predict`, { method: 'POST', headers: { 'x-api-key': key }, agent: new Agent() });
      sent.once('response', (response) => resolve(response.resume().statusCode!)).once('error', () => resolve(0));
      sent.end('{}');
    });
  }

  const askMany = (count: number): Promise<number[]> => Promise.all(Array.from({ length: count }, ask));
  const passed = (statuses: readonly number[]): number => statuses.filter((status) => status === 200).length;

  it('is counted once for all of them', async () => {
    stub.delayMs = 500;
    expect((await askMany(8)).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
  });

  it('is free again after clients that left while they were admitted', async () => {
    stub.delayMs = 0;
    const { hostname, port } = new URL(gateway.url);
    for (let count = 0; count < 60; count += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`POST /digit/predict HTTP/1.1\r\nhost: ${hostname}\r\nx-api-key: ${key}\r\ncontent-length: 2\r\n\r\n{}`);
      // Between zero and a few milliseconds: some leave before they are admitted, some during it and some after.
      await sleep(count % 4);
      socket.resetAndDestroy();
    }
    await sleep(200);
    stub.delayMs = 500;
    expect(passed(await askMany(6))).toBe(limit);
  });

  it('is free again after a process that died with requests under way', async () => {
    const listening = (): number => gateway.log.filter(({ msg }) => msg === 'listening').length;
    // One after the other, for the port is kept as long as one of them listens.
    for (const pid of workers()) {
      stub.delayMs = 2000;
      const lost = askMany(limit);
      await sleep(500);
      const soFar = listening();
      process.kill(pid, 'SIGKILL');
      while (listening() === soFar) await sleep(20);
      await lost;
    }
    stub.delayMs = 300;
    let statuses: number[] = [];
    for (let tries = 0; tries < 50 && passed(statuses) < limit; tries += 1) {
      await sleep(100);
      statuses = await askMany(limit);
    }
    expect(passed(statuses)).toBe(limit);
  });
});
