import { inParallel, spawnService, spawnSuite, type ServiceName, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const examples = join(__dirname, '../../../examples');
const bodies: Record<string, { type: string; body: Buffer }> = {
  gesture: { type: 'application/json', body: readFileSync(join(examples, 'hand.json')) },
  digit: { type: 'image/png', body: readFileSync(join(examples, 'digit.png')) },
  detection: { type: 'image/jpeg', body: readFileSync(join(examples, 'photo.jpg')) },
};

type Outcome = number | 'refused' | 'broken';

/** One prediction over a kept connection; `refused` when no connection could be made, so that nothing was accepted. */
function predict(url: string, task: string, agent: Agent): Promise<Outcome> {
  const { type, body } = bodies[task]!;
  return new Promise((resolve) => {
    const headers = { 'content-type': type, 'content-length': body.length, 'x-request-timeout-ms': '60000' };
    const call = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', () => resolve('broken'));
    });
    call.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'broken'));
    call.end(body);
  });
}

/** Keeps 8 connections busy, sends SIGTERM in the middle, and gives back what became of every request. */
async function stopUnderLoad(service: SpawnedService, path: string, task: string): Promise<{ outcomes: Outcome[]; code: number | null }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const outcomes: Outcome[] = [];
  const clients = inParallel(Array.from({ length: 8 }), 8, async () => {
    for (let outcome: Outcome = 200; outcome !== 'refused';) {
      outcome = await predict(`${service.url}${path}`, task, agent);
      outcomes.push(outcome);
    }
  });
  while (outcomes.length < 20) await sleep(20);
  const code = await service.stop();
  await clients;
  agent.destroy();
  return { outcomes, code };
}

describe('SIGTERM behind a balancer', () => {
  it('ends each connection with its answer in the second half of the drain delay, while it still listens', async () => {
    const service = await spawnService('gesture', { DRAIN_DELAY: '2s' });
    const ask = async (): Promise<string | null> => {
      const { type, body } = bodies['gesture']!;
      const answer = await fetch(`${service.url}/predict`, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
      await answer.arrayBuffer();
      expect(answer.status).toBe(200);
      return answer.headers.get('connection');
    };
    expect(await ask()).toBe('keep-alive');
    const signalledAt = performance.now();
    const stopped = service.stop();
    let closedAfterMs = 0;
    for (; closedAfterMs === 0; await sleep(20)) if ((await ask()) === 'close') closedAfterMs = performance.now() - signalledAt;
    expect(closedAfterMs).toBeGreaterThan(990);
    expect(await ask()).toBe('close');
    expect(await stopped).toBe(0);
  });

  it('keeps idle connections for clients that pause for longer than the drain delay', async () => {
    const service = await spawnService('gesture', { DRAIN_DELAY: '4s' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const signalledAt = performance.now();
    expect(await predict(`${service.url}/predict`, 'gesture', agent)).toBe(200);
    const stopped = service.stop();
    // The listener has closed by now: only the connection that is open already leads there.
    await sleep(5500 - (performance.now() - signalledAt));
    expect(await predict(`${service.url}/predict`, 'gesture', new Agent())).toBe('refused');
    expect(await predict(`${service.url}/predict`, 'gesture', agent)).toBe(200);
    agent.destroy();
    expect(await stopped).toBe(0);
  });
});

describe('SIGTERM under load', () => {
  // Short of the two seconds that mean a balancer. A service closes a connection that was quiet for a fifth of it: a busy client needs that long.
  const underLoad = { ACCESS_LOG: 'false', DRAIN_DELAY: '1s' };

  it.each<[ServiceName, string]>([
    ['gesture', '1'],
    ['digit', '1'],
    ['digit', '2'],
    ['detection', '2'],
  ])('%s with %s workers answers every request that it accepted, and exits with 0', async (task, workers) => {
    const service = await spawnService(task, { ...underLoad, WORKERS: workers });
    const { outcomes, code } = await stopUnderLoad(service, '/predict', task);
    expect(code).toBe(0);
    expect(outcomes.filter((outcome) => outcome !== 'refused')).toEqual(expect.arrayContaining([200]));
    expect(outcomes.filter((outcome) => outcome !== 200 && outcome !== 'refused')).toEqual([]);
  });

  it('so does the gateway', async () => {
    const suite = await spawnSuite(underLoad);
    const { outcomes, code } = await stopUnderLoad(suite.gateway, '/digit/predict', 'digit');
    expect(code).toBe(0);
    expect(outcomes.filter((outcome) => outcome === 200).length).toBeGreaterThanOrEqual(20);
    expect(outcomes.filter((outcome) => outcome !== 200 && outcome !== 'refused')).toEqual([]);
    await suite.stop();
  });

  it('says so to probes at once, and goes on serving meanwhile', async () => {
    const service = await spawnService('gesture', { DRAIN_DELAY: '2s' });
    const stopped = service.stop();
    let ready = await fetch(`${service.url}/health/ready`);
    for (; ready.status === 200; ready = await fetch(`${service.url}/health/ready`)) await sleep(20);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'draining' });
    const { type, body } = bodies['gesture']!;
    const answer = await fetch(`${service.url}/predict`, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) });
    expect(answer.status).toBe(200);
    expect(await stopped).toBe(0);
  });
});
