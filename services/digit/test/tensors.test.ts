import { findRecords, verifyLines } from '@facet/audit';
import type { DriftStatus, Experiments } from '@facet/contracts';
import { readTestDigits, settledDrift, spawnService, type SpawnedService } from '@facet/testkit';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('tensors of the Open Inference Protocol', () => {
  let folder: string;
  let service: SpawnedService;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tensors-'));
    service = await spawnService('digit', { AUDIT: 'hash', AUDIT_TO: folder, OBSERVE_MAX_PER_SECOND: '100000' });
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  // As clients send them that prepare pictures themselves.
  const rows = readTestDigits()
    .images.slice(0, 3)
    .map((image) => Float32Array.from(image, (value) => value / 255));
  const infer = (input: object, id: string) =>
    request(service.url)
      .post('/v2/models/digit/versions/1/infer')
      .set('x-request-id', id)
      .send({ inputs: [input] });
  const settled = (count: number) => settledDrift<DriftStatus>(service.url, ({ versions }) => versions['v1']!.observed === count);

  it('are watched for drift by what a tensor shows, and images inside them by all', async () => {
    await infer({ name: 'image', datatype: 'FP32', shape: [3, 1, 28, 28], data: rows.flatMap((row) => [...row]) }, 'three').expect(200);
    const picture = await readFile(join(__dirname, '../../../examples/digit.png'));
    await infer({ name: 'image', datatype: 'BYTES', shape: [1], data: [picture.toString('base64')] }, 'one').expect(200);
    const { features } = (await settled(4)).versions['v1']!;
    expect(features).toMatchObject({
      ink: { window: { n: 4 } },
      class: { window: { n: 4 } },
      confidence: { window: { n: 4 } },
      brightness: { window: { n: 1 } },
    });
  });

  it('that hold nonsense are answered, and not taken for a change of the world', async () => {
    const values = Buffer.alloc(28 * 28 * 4, 0xff);
    const head = { inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], parameters: { binary_data_size: values.length } }] };
    const json = Buffer.from(JSON.stringify({ ...head, parameters: { binary_data_output: true } }));
    await request(service.url)
      .post('/v2/models/digit/versions/1/infer')
      .set('content-type', 'application/octet-stream')
      .set('inference-header-content-length', String(json.length))
      .set('x-request-id', 'nonsense')
      .send(Buffer.concat([json, values]))
      .expect(200);
    await infer({ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], data: [...rows[0]!] }, 'after').expect(200);
    expect((await settled(5)).versions['v1']!.observed).toBe(5);
  });

  it('are compared like predictions', async () => {
    const { versions } = (await request(service.url).get('/experiments').expect(200)).body as Experiments;
    expect(versions['v1']).toMatchObject({ requests: 4, errors: 0 });
    expect(versions['v1']!.latency_seconds!.mean).toBeGreaterThan(0);
  });

  it('leave a record a row', async () => {
    await service.stop();
    const host = join(folder, 'digit', (await readdir(join(folder, 'digit')))[0]!);
    const text = (await Promise.all((await readdir(host)).map((name) => readFile(join(host, name), 'utf8')))).join('');
    expect(verifyLines(text).broken).toBeUndefined();
    const found = findRecords(text, 'three').map((line) => (JSON.parse(line) as { record: object }).record);
    expect(found).toHaveLength(3);
    for (const [index, row] of rows.entries())
      expect(found[index]).toMatchObject({
        request_id: `three.${index}`,
        input_sha256: sha256(Buffer.from(row.buffer)),
        input_bytes: 28 * 28 * 4,
        answer: { all_probabilities: expect.any(Object) },
      });
    for (const id of ['one', 'nonsense', 'after']) expect(findRecords(text, id)).toHaveLength(1);
  });
});
