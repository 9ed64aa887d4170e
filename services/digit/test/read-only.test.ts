import { spawnService } from '@facet/testkit';
import request from 'supertest';
import { sendDigits } from './send-digits.ts';

describe('a root that is read-only', () => {
  it('is said once, and costs nothing else', async () => {
    // No folder can be made in /sys, by whoever.
    const service = await spawnService('digit', { STATE_DIR: '/sys/facet/state', SAMPLES_DIR: '/sys/facet', UNCERTAINTY_THRESHOLD: '0' });
    const answers = await sendDigits(service.url, { from: 0, count: 20 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await request(service.url).post('/reference/update').expect(409);
    await request(service.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    const { text } = await request(service.url).get('/metrics').expect(200);
    expect(text).toContain('active_learning_queue_bytes 0');
    expect(await service.stop()).toBe(0);
    expect(service.log.filter(({ msg }) => msg === 'state cannot be written; keeping it in memory')).toHaveLength(1);
  });
});
