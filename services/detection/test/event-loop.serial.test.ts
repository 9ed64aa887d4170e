import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const photo = new Uint8Array(readFileSync(join(__dirname, '../../../examples/photo.jpg')));

const limitMs = 50;

/** The 99th percentile of 300 liveness probes, in milliseconds. */
async function probe(url: string): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 300; count += 1) {
    const beganAt = performance.now();
    const answer = await fetch(`${url}/health/live`);
    await answer.arrayBuffer();
    times.push(performance.now() - beganAt);
    await sleep(10);
  }
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1]!;
}

describe('the event loop', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('detection', { ACCESS_LOG: 'false', WORKERS: '0' });
  });
  afterAll(() => service.stop());

  it('stays free while 8 detections are under way: /health/live answers in under 50 ms at the 99th percentile', async () => {
    const load = { running: true };
    const detect = async (): Promise<void> => {
      while (load.running) {
        const answer = await fetch(`${service.url}/v2/predict`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: photo });
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, detect));
    await sleep(500);
    // Other programs on the machine only ever add to the times: a loop that is blocked fails in every round.
    let best = Infinity;
    for (let round = 0; round < 3 && best >= limitMs; round += 1) best = Math.min(best, await probe(service.url));
    load.running = false;
    await clients;
    expect(best).toBeLessThan(limitMs);
  });
});
