import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';

const digit = readFileSync(join(__dirname, '../../../examples/digit.png'));

async function sum(service: SpawnedService, pattern: string): Promise<number> {
  const { text } = await request(service.url).get('/metrics').expect(200);
  return [...text.matchAll(new RegExp(`^${pattern} (\\S+)$`, 'gm'))].reduce((total, [, value]) => total + Number(value), 0);
}

async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('copies of requests that another version answers', () => {
  let folder: string;
  let service: SpawnedService;
  let gateway: SpawnedService | undefined;
  const startGateway = async (): Promise<SpawnedService> =>
    (gateway = await spawnService('gateway', { DIGIT_URL: service.url, SHADOW_SHARE: '1', AB_WEIGHTS: 'v1=100,v2=0' }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shadow-'));
    service = await spawnService('digit', {
      SAMPLES_DIR: join(folder, 'samples'),
      AUDIT: 'hash',
      AUDIT_TO: join(folder, 'audit'),
      UNCERTAINTY_THRESHOLD: '0',
      ALLOWED_HOSTS: 'facet-digit-v2,facet-digit-v2.facet.svc',
    });
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    await service.stop();
    await rm(folder, { recursive: true });
  });
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 200 && !(await condition()); tries += 1) await sleep(50);
  };
  const auditLines = async (): Promise<string[]> =>
    (await Promise.all((await filesBelow(join(folder, 'audit'))).map((file) => readFile(file, 'utf8')))).join('').split('\n').filter(Boolean);
  /** Waits for what is written after an answer: audit records, and samples and rows of drift besides. */
  const settle = async (records: number): Promise<void> => {
    await until(async () => (await auditLines()).length >= records);
    await sleep(500);
  };
  /** What the service says of versions: predictions, shadows, rows seen for drift, samples, audit records and those marked as shadows. */
  const account = async (version: string): Promise<Record<string, number>> => {
    const status = (await (await fetch(`${service.url}/drift/status`)).json()) as { versions: Record<string, { window: { filled: number } }> };
    const records = (await auditLines()).filter((line) => line.includes(`"model":"digit/${version}@`));
    return {
      predictions: await sum(service, `model_predictions_total\\{version="${version}",status="[a-z]+"\\}`),
      shadows: await sum(service, `shadow_predictions_total\\{version="${version}",status="[a-z]+"\\}`),
      samples: (await filesBelow(join(folder, 'samples'))).filter((path) => path.includes(`/${version}/`) && path.endsWith('.json')).length,
      records: records.length,
      marked: records.filter((line) => line.includes('"shadow":true')).length,
      drift: status.versions[version]!.window.filled,
    };
  };

  it('from the gateway are no predictions, samples or rows of drift, and are marked in the audit', async () => {
    const { url } = await startGateway();
    for (let count = 0; count < 8; count += 1) {
      await request(url).post('/digit/predict').attach('file', digit, 'x').expect(200);
      await until(async () => (await sum(service, 'shadow_predictions_total\\{version="v2",status="success"\\}')) > count);
    }
    await settle(16);
    const [v1, v2] = [await account('v1'), await account('v2')];
    expect(v1).toMatchObject({ predictions: 8, shadows: 0, records: 8, marked: 0, drift: 8 });
    expect(v1['samples']).toBeGreaterThan(0);
    expect(v2).toMatchObject({ predictions: 0, shadows: 8, samples: 0, records: 8, marked: 8, drift: 0 });
    expect(await sum(service, 'predicted_classes_total\\{class="7"\\}')).toBe(8);
    const quality = (await (await fetch(`${service.url}/experiments`)).json()) as object;
    expect(JSON.stringify(quality)).not.toContain('"requests":16');
    const requests = (name: string) => Promise.all(['/v1/predict', '/v2/predict'].map((route) => sum(service, `${name}\\{[^}]*route="${route}"[^}]*\\}`)));
    expect(await requests('http_requests_total')).toEqual([8, 0]);
    expect(await requests('http_request_duration_seconds_count')).toEqual([8, 0]);
    expect(await sum(service, 'inference_stage_duration_seconds_count\\{stage="infer"\\}')).toBe(8);
  });

  it('that fail are in no metric of failed requests', async () => {
    const failures = async () => [
      await sum(service, 'http_requests_total\\{[^}]*status="4[0-9]+"[^}]*\\}'),
      await sum(service, 'invalid_input_requests_total\\{[^}]*\\}'),
      await sum(service, 'model_predictions_total\\{[^}]*status="error"[^}]*\\}'),
    ];
    const send = (headers: Record<string, string>) =>
      request(service.url)
        .post('/v1/predict')
        .set({ 'content-type': 'image/png', ...headers })
        .send(Buffer.from('no picture'));
    expect((await send({ 'x-facet-shadow': 'v1' })).status).toBeGreaterThanOrEqual(400);
    expect(await failures()).toEqual([0, 0, 0]);
    expect(await sum(service, 'shadow_predictions_total\\{version="v1",status="error"\\}')).toBe(1);
    expect((await send({})).status).toBeGreaterThanOrEqual(400);
    expect(await failures()).toEqual([1, 1, 1]);
  });

  it('that speak the Open Inference Protocol are answered, and counted and audited as shadows alone', async () => {
    const body = { inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [digit.toString('base64')] }] };
    const infer = (headers: Record<string, string>) => request(service.url).post('/v2/models/digit/versions/2/infer').set(headers).send(body);
    await infer({ 'x-facet-shadow': 'v2' }).expect(200);
    await settle(1);
    expect(await account('v2')).toEqual({ predictions: 0, shadows: 1, samples: 0, records: 1, marked: 1, drift: 0 });
    expect(await sum(service, 'http_requests_total\\{method="POST",route="[^"]*/infer",status="200"\\}')).toBe(0);
    await infer({}).expect(200);
    await settle(2);
    expect(await account('v2')).toMatchObject({ predictions: 1, shadows: 1, records: 2, marked: 1, drift: 1 });
    expect(await sum(service, 'http_requests_total\\{method="POST",route="[^"]*/infer",status="200"\\}')).toBe(1);
  });

  it('are not believed where a client sends the mark through the gateway', async () => {
    const { url } = await startGateway();
    await request(url).post('/digit/v1/predict').set('x-facet-shadow', 'v1').attach('file', digit, 'x').expect(200);
    const infer = { inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [digit.toString('base64')] }] };
    await request(url).post('/v2/models/digit/infer').set('x-facet-shadow', 'v1').send(infer).expect(200);
    await settle(2);
    // Any copies that the gateway makes of these go to v2.
    expect(await account('v1')).toMatchObject({ predictions: 2, shadows: 0, marked: 0 });
    expect(await sum(gateway!, 'http_requests_total\\{method="POST",route="[^"]*/(?:predict|infer)",status="200"\\}')).toBe(2);
  });

  it.each(['facet-digit-v2.facet.svc-shadow', 'facet-digit-v2-shadow:8080'])('are known by the host that Envoy gives mirrored traffic, %s', async (host) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, 'content-type': 'image/png', 'content-length': digit.length };
      const call = httpRequest(`${service.url}/predict`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.once('error', reject).end(digit);
    });
    expect(status).toBe(200);
    await settle(1);
    const both = [await account('v1'), await account('v2')];
    const total = (name: string): number => both.reduce((all, each) => all + each[name]!, 0);
    expect(['predictions', 'shadows', 'samples', 'records', 'marked'].map(total)).toEqual([0, 1, 0, 1, 1]);
    expect(await sum(service, 'version_assignments_total\\{version="v[12]"\\}')).toBe(0);
  });
});
