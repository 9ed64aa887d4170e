import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const photo = new Uint8Array(readFileSync(join(__dirname, '../../../examples/photo.jpg')));

const detections = 8;
/** An event loop that a detection holds lets one probe through between two detections. */
const probesEach = 2;

describe('the event loop', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('detection', { ACCESS_LOG: 'false', WORKERS: '0' });
  });
  afterAll(() => service.stop());

  it('stays free while 8 detections are under way: /health/live is answered several times for each', async () => {
    const load = { running: true, answered: 0 };
    // Longer than the deadline that a busy machine lets a detection miss: what is tried here is the event loop.
    const headers = { 'content-type': 'image/jpeg', 'x-request-timeout-ms': '60000' };
    const detect = async (): Promise<void> => {
      while (load.running) {
        const answer = await fetch(`${service.url}/v2/predict`, { method: 'POST', headers, body: photo });
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
        load.answered += 1;
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, detect));
    let probes = 0;
    while (load.answered < detections) {
      await (await fetch(`${service.url}/health/live`)).arrayBuffer();
      probes += 1;
    }
    load.running = false;
    await clients;
    expect(probes).toBeGreaterThanOrEqual(probesEach * detections);
  }, 60_000);
});
