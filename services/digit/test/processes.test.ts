import { inParallel, spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';

const digit = readFileSync(join(__dirname, '../../../examples/digit.png'));

describe('a service in several processes', () => {
  let service: SpawnedService;
  const listening = () => service.log.filter(({ msg }) => msg === 'listening').length;
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 500 && !condition(); tries += 1) await sleep(20);
  };

  beforeAll(async () => {
    service = await spawnService('digit', { WORKERS: '2' });
    await until(() => listening() === 2);
  });
  afterAll(() => service.stop());

  it('adds up what all of them did', async () => {
    await inParallel(Array.from({ length: 20 }), 4, () => request(service.url).post('/predict').attach('file', digit, 'x').expect(200));
    const answers = new Set(service.log.filter(({ route }) => route === '/predict').map(({ status }) => status));
    expect([...answers]).toEqual([200]);
    for (let scrape = 0; scrape < 4; scrape += 1) {
      const { body } = await request(service.url).get('/metrics').set('accept', 'application/json').expect(200);
      expect(body.service_metrics).toMatchObject({ total_requests: 20, successful_predictions: 20, failed_predictions: 0 });
      expect(body.model_metrics.predictions_by_digit).toEqual({ 7: 20 });
    }
    const { text } = await request(service.url).get('/metrics').expect(200);
    const sum = [...text.matchAll(/^model_predictions_total\{.*status="success"\} (\d+)$/gm)].reduce((total, [, count]) => total + Number(count), 0);
    expect(sum).toBe(20);
  });

  it('replaces one that is killed, and serves on meanwhile without a refusal', async () => {
    const children = readFileSync(`/proc/${service.process.pid}/task/${service.process.pid}/children`, 'utf8').trim().split(' ').map(Number);
    expect(children).toHaveLength(2);
    const before = listening();
    process.kill(children[1]!, 'SIGKILL');
    await until(() => service.log.some(({ msg }) => msg === 'a serving process died; restarting it'));
    const statuses = await inParallel(
      Array.from({ length: 60 }),
      4,
      async () => (await request(service.url).post('/predict').attach('file', digit, 'x')).status,
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    await until(() => listening() > before);
    expect(listening()).toBe(before + 1);
  });
});
