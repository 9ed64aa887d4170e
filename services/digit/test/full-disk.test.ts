import { verifyLines } from '@facet/audit';
import { describeWithSmallDisk, spawnService, type SmallDisk, type SpawnedService } from '@facet/testkit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { sendDigits } from './send-digits.ts';

// What waits is tried again after up to half a minute, on machines that may be busy.
jest.setTimeout(240_000);

async function metric(service: SpawnedService, name: string): Promise<number> {
  const { text } = await request(service.url).get('/metrics').expect(200);
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !(await condition()); tries++) await sleep(100);
}

describeWithSmallDisk('a full disk', (mount) => {
  const queueBytes = 16 * 1024;
  let disk: SmallDisk;
  let service: SpawnedService;
  const sent: string[] = [];
  beforeAll(async () => {
    disk = mount(256);
    service = await spawnService('digit', {
      SAMPLES_DIR: join(disk.folder, 'samples'),
      STATE_DIR: join(disk.folder, 'state'),
      AUDIT: 'input',
      AUDIT_TO: join(disk.folder, 'audit'),
      UNCERTAINTY_THRESHOLD: '0',
      SAMPLES_MAX_PER_SECOND: '10000',
      OBSERVE_MAX_PER_SECOND: '100000',
      SAMPLES_QUEUE_BYTES: String(queueBytes),
      LABELLING: 'true',
    });
  });
  afterAll(async () => {
    await service.stop();
    disk.remove();
  });
  const said = (text: string) => service.log.filter(({ msg }) => msg === text).length;
  const send = async (from: number, count: number): Promise<void> => {
    const answers = await sendDigits(service.url, { from, count });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    sent.push(...answers.map(({ request_id }) => request_id));
  };

  it('costs no prediction: samples and records wait, what is too much is counted, and each is said once', async () => {
    await send(0, 300);
    await until(async () => said('audit records cannot be written; buffering them') > 0 && (await metric(service, 'active_learning_dropped_total')) > 0);
    await send(300, 50);
    await until(() => said('samples cannot be stored; queueing them') > 0);
    expect(said('audit records cannot be written; buffering them')).toBe(1);
    expect(said('samples cannot be stored; queueing them')).toBe(1);
    expect(service.log.find(({ msg }) => msg === 'audit records cannot be written; buffering them')!['reason']).toContain('ENOSPC');
    expect(await metric(service, 'active_learning_queue_bytes')).toBeLessThanOrEqual(queueBytes);
    expect(await metric(service, 'audit_records_total')).toBeLessThan(sent.length);
    for (const store of ['audit', 'samples']) expect(await metric(service, `storage_write_failures_total\\{store="${store}"\\}`)).toBeGreaterThan(0);
    await request(service.url).get('/health/ready').expect(200);
  });

  it('refuses labels, which people give again, and counts the writes that failed', async () => {
    const image = (await readFile(join(__dirname, '../../../examples/digit.png'))).toString('base64');
    const { body } = await request(service.url)
      .post('/samples')
      .send({ input: { image }, truth: { label: '7' } })
      .expect(503);
    expect(body).toMatchObject({ code: 'store-unavailable' });
    const failing = async (store: string) => metric(service, `storage_write_failing\\{store="${store}"\\}`);
    expect(await failing('labels')).toBe(1);
    expect(await metric(service, 'storage_write_failures_total\\{store="labels"\\}')).toBeGreaterThan(0);
    await until(() => said('labels cannot be stored') > 0);
    expect(said('labels cannot be stored')).toBe(1);
    expect(await failing('samples')).toBe(1);
    expect(await failing('audit')).toBe(1);
  });

  it('goes on where it stopped when there is room again: no record is lost, and the chain holds', async () => {
    const stored = await metric(service, 'active_learning_samples_total');
    disk.resize(16 * 1024);
    await until(() => said('storing samples has recovered') > 0 && said('writing audit records has recovered') > 0);
    await until(async () => (await metric(service, 'active_learning_queue_bytes')) === 0);
    expect(await metric(service, 'active_learning_samples_total')).toBeGreaterThan(stored);
    expect(await metric(service, 'audit_lost_total')).toBe(0);
    await send(350, 5);
    expect(await service.stop()).toBe(0);
    const names = (await readdir(join(disk.folder, 'audit'), { recursive: true })).filter((name) => name.endsWith('.jsonl'));
    const text = (await Promise.all(names.toSorted().map((name) => readFile(join(disk.folder, 'audit', name), 'utf8')))).join('');
    // One more for the start.
    expect(verifyLines(text)).toMatchObject({ records: sent.length + 1, torn: false, chains: [{ from: 0, to: sent.length }] });
    expect(verifyLines(text).broken).toBeUndefined();
    for (const id of sent) expect(text).toContain(`"request_id":"${id}"`);
  });
});
