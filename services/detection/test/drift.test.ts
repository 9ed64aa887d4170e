import type { DriftStatus } from '@facet/contracts';
import { describeWithData, driftAlarms, inParallel, settledDrift, spawnService, type SpawnedService } from '@facet/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import sharp from 'sharp';

// Services start and stop several times and detectors take their time, on machines that may be busy.
jest.setTimeout(300_000);

type Change = (picture: Buffer) => Promise<Buffer>;

const asTheyAre: Change = (picture) => Promise.resolve(picture);
/** Night falls. */
const dark: Change = (picture) => sharp(picture).rotate().linear(0.35, 0).jpeg({ quality: 90 }).toBuffer();

describeWithData('drift of images, through HTTP', 'detection/images', (folder) => {
  const names = readdirSync(folder).toSorted();
  let state: string;
  let service: SpawnedService;
  const start = () => spawnService('detection', { STATE_DIR: state, OBSERVE_MAX_PER_SECOND: '100000', WORKERS: '2' });
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'drift-'));
    service = await start();
  });
  afterAll(async () => {
    await service.stop();
    await rm(state, { recursive: true });
  });

  const send = async (chosen: readonly string[], change: Change): Promise<void> => {
    await inParallel(chosen, 2, async (name) => {
      const picture = await change(readFileSync(join(folder, name)));
      await request(service.url).post('/v1/predict').set('x-request-timeout-ms', '60000').attach('file', picture, 'photo.jpg').expect(200);
    });
  };
  const seen = (count: number) => settledDrift<DriftStatus>(service.url, ({ versions }) => versions['v1']!.observed === count);

  it('is not there on photographs as they are', async () => {
    await send(names, asTheyAre);
    expect((await seen(names.length)).versions['v1']).toMatchObject({ state: 'watching', alarms: 0, alarm: null });
    expect(await driftAlarms(service.url, 'v1')).toBe(0);
  });

  it('is found within 40 dark ones, for that version and for what has changed', async () => {
    await send(names.slice(0, 40), dark);
    const { drift, versions } = await seen(names.length + 40);
    expect(drift).toBe(true);
    expect(versions['v1']!.alarm!.features).toEqual(expect.arrayContaining(['brightness']));
    expect(versions['v1']!.features['width']!.verdict).toBe('stable');
    expect(versions['v2']).toMatchObject({ state: 'watching', alarm: null });
    expect([await driftAlarms(service.url, 'v1'), await driftAlarms(service.url, 'v2')]).toEqual([1, 0]);
  });

  it('stands over a restart, and is taken back by a new reference', async () => {
    await service.stop();
    service = await start();
    expect((await settledDrift<DriftStatus>(service.url)).versions['v1']).toMatchObject({ state: 'drift' });
    await request(service.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    expect(await settledDrift<DriftStatus>(service.url)).toMatchObject({ drift: false, versions: { v1: { state: 'watching', alarm: null, alarms: 1 } } });
  });
});
