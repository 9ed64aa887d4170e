import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const photo = new Uint8Array(readFileSync(join(__dirname, '../../../examples/photo.jpg')));

describe('more than the queue holds', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('detection', { QUEUE_MAX_ROWS: '2', WORKERS: '1', ACCESS_LOG: 'false' });
  });
  afterAll(() => service.stop());

  it('is refused at once with a time to come back, and what was accepted is answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const beganAt = performance.now();
        const answer = await fetch(`${service.url}/v2/predict`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: photo });
        const body = (await answer.json()) as { code?: string };
        return { status: answer.status, code: body.code, retryAfter: answer.headers.get('retry-after'), ms: performance.now() - beganAt };
      }),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    const accepted = answers.filter(({ status }) => status === 200);
    expect(accepted.length).toBeGreaterThanOrEqual(3);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const { status, code, retryAfter } of refused) {
      expect({ status, code }).toEqual({ status: 503, code: 'overloaded' });
      expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
    }
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`^requests_rejected_total\\{reason="overloaded"\\} ${refused.length}$`, 'm'));
    expect(metrics).toMatch(/^inference_queue_depth\{version="v2"\} 0$/m);
  });
});
