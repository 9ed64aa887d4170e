import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const photo = new Uint8Array(readFileSync(join(__dirname, '../../../examples/photo.jpg')));

describe('the event loop', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('detection', { ACCESS_LOG: 'false', WORKERS: '0' });
  });
  afterAll(() => service.stop());

  async function detect(): Promise<void> {
    const answer = await fetch(`${service.url}/v2/predict`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: photo });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }

  /** The longest that a liveness probe waits during one detection, as a share of the time that the detection takes. */
  async function longestWait(): Promise<number> {
    const beganAt = performance.now();
    const detection = { isRunning: true };
    const detected = detect().finally(() => (detection.isRunning = false));
    let longestMs = 0;
    for (let at = beganAt; detection.isRunning; at = performance.now()) {
      await (await fetch(`${service.url}/health/live`)).arrayBuffer();
      longestMs = Math.max(longestMs, performance.now() - at);
    }
    await detected;
    return longestMs / (performance.now() - beganAt);
  }

  it('stays free while a detection is under way: /health/live answers in a small part of its time', async () => {
    await detect();
    const shares: number[] = [];
    for (let count = 0; count < 12; count += 1) shares.push(await longestWait());
    // Other programs on the machine slow both down, and spoil one share or another; a loop that is held shows in each of them.
    expect(shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 4)]).toBeLessThan(0.3);
  });
});
