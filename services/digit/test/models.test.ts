import { spawnService, type SpawnedService } from '@facet/testkit';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';

const models = join(__dirname, '../../../models');
const examples = join(__dirname, '../../../examples');

describe('a model that is not what it should be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const withFault = async (name: string, damage: (directory: string) => void): Promise<{ service: SpawnedService; reason: string }> => {
    const directory = join(folder, name);
    cpSync(join(models, 'digit', 'v2'), directory, { recursive: true });
    damage(directory);
    const service = await spawnService('digit', { MODEL_V2_PATH: directory }, { unready: true });
    for (let tries = 0; tries < 100; tries += 1) {
      const { body } = await request(service.url).get('/health');
      const state = (body.models as Record<string, { status: string; reason?: string }>)['v2']!;
      if (state.status !== 'loading') return { service, reason: state.reason ?? '' };
      await sleep(50);
    }
    throw new Error('the model never came to an end');
  };

  it.each<[string, (directory: string) => void, RegExp]>([
    [
      'a flipped byte',
      (directory) => {
        const file = join(directory, 'model.onnx');
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(file, bytes);
      },
      /is not the model that its manifest describes: sha256/,
    ],
    ['no file', (directory) => rmSync(join(directory, 'model.onnx')), /the model file is missing/],
    ['no manifest', (directory) => rmSync(join(directory, 'manifest.json')), /the manifest is missing/],
    ['half a manifest', (directory) => writeFileSync(join(directory, 'manifest.json'), '{"task":"digit"'), /is not JSON/],
    ['another task', (directory) => writeFileSync(join(directory, 'manifest.json'), readFileSync(join(models, 'gesture/v2/manifest.json'))), /./],
    [
      'another golden answer',
      (directory) => {
        const file = join(directory, 'golden/output.json');
        const golden = JSON.parse(readFileSync(file, 'utf8')) as { label: string };
        writeFileSync(file, JSON.stringify({ ...golden, label: '0' }));
      },
      /the golden inference of digit\/v2@sha256:.* came out wrong: \/label is/,
    ],
  ])('%s: never ready, says why, and the other version goes on', async (name, damage, says) => {
    const { service, reason } = await withFault(name.replaceAll(' ', '-'), damage);
    expect(reason).toMatch(says);
    expect((await request(service.url).get('/health/ready')).status).toBe(503);
    expect((await request(service.url).get('/health')).body).toMatchObject({ status: 'unhealthy', model_loaded: false });
    expect((await request(service.url).get('/health/live')).status).toBe(200);
    const digit = join(examples, 'digit.png');
    expect((await request(service.url).post('/v1/predict').attach('file', digit)).body.predicted_digit).toBe(7);
    expect((await request(service.url).post('/predict').attach('file', digit)).body.version).toBe('v1');
    const refused = await request(service.url).post('/v2/predict').attach('file', digit);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('30');
    await service.stop();
  });

  it('is refused when the operator pinned another, and served when it is the pinned one', async () => {
    const { sha256 } = JSON.parse(readFileSync(join(models, 'digit/v1/manifest.json'), 'utf8')) as { sha256: string };
    const other = 'a'.repeat(64);
    const service = await spawnService('digit', { MODEL_V1_SHA256: `sha256:${sha256}`, MODEL_V2_SHA256: other }, { unready: true });
    let states: Record<string, { status: string; reason?: string }> = {};
    for (let tries = 0; tries < 200 && (states['v2']?.status ?? 'loading') === 'loading'; tries += 1) {
      states = (await request(service.url).get('/health')).body.models as typeof states;
      await sleep(50);
    }
    expect(states['v1']!.status).toBe('ready');
    expect(states['v2']!.reason).toMatch(new RegExp(`holds sha256 [0-9a-f]{64}, expected ${other} by MODEL_V2_SHA256`));
    expect((await request(service.url).get('/health/ready')).status).toBe(503);
    await service.stop();
  });

  it('serves only the versions that it is told to', async () => {
    const service = await spawnService('digit', { MODEL_VERSIONS: 'v1' });
    const refused = await request(service.url).post('/v2/predict').attach('file', join(examples, 'digit.png'));
    expect(refused.status).toBe(404);
    expect(refused.body).toMatchObject({ code: 'unknown-version' });
    await service.stop();
  });
});
