import type { DriftStatus } from '@facet/contracts';
import { describeWithData, driftAlarms, inParallel, readHands, settledDrift, spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';

// Services start and stop several times, on machines that may be busy.
jest.setTimeout(180_000);

type Move = (x: number, y: number) => readonly [number, number];

const asTheyAre: Move = (x, y) => [x, y];
const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
/** A camera that was mounted askew, by 30 degrees. */
const askew: Move = (x, y) => [x * cos - y * sin, x * sin + y * cos];

/** Prime to the number of rows: they lie in the order of their classes. */
const spreadOut = 397;
const within = 60;

describeWithData('drift of hands, through HTTP', 'gesture/hagrid18.csv.gz', (file) => {
  const hands = readHands(file).filter(({ split }) => split === 'test');
  let state: string;
  let service: SpawnedService;
  const start = () => spawnService('gesture', { STATE_DIR: state, OBSERVE_MAX_PER_SECOND: '100000' });
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'drift-'));
    service = await start();
  });
  afterAll(async () => {
    await service.stop();
    await rm(state, { recursive: true });
  });

  const send = async (from: number, count: number, move: Move): Promise<void> => {
    await inParallel(Array.from({ length: count }), 4, async (_, index) => {
      const { values } = hands[((from + index) * spreadOut) % hands.length]!;
      const landmarks = Array.from({ length: 21 }, (__, point) => {
        const [x, y] = move(values[3 * point]!, values[3 * point + 1]!);
        return { x, y };
      });
      await request(service.url).post('/v1/predict').send({ landmarks }).expect(200);
    });
  };
  const seen = (count: number) => settledDrift<DriftStatus>(service.url, ({ versions }) => versions['v1']!.observed === count);

  it('is not there on hands as they are', async () => {
    await send(0, 300, asTheyAre);
    expect((await seen(300)).versions['v1']).toMatchObject({ state: 'watching', alarms: 0, alarm: null, features: { rotation: { verdict: 'stable' } } });
    expect(await driftAlarms(service.url, 'v1')).toBe(0);
  });

  it(`is found within ${within} hands that a camera sees askew, for that version and feature`, async () => {
    await send(300, within, askew);
    const { drift, versions } = await seen(300 + within);
    expect(drift).toBe(true);
    expect(versions['v1']!.alarm!.features).toContain('rotation');
    expect(versions['v1']!.features['rotation']!.verdict).toBe('drift');
    // However a hand is turned, its palm is as broad as it was.
    expect(versions['v1']!.alarm!.features).not.toContain('palm');
    expect(versions['v2']).toMatchObject({ state: 'watching', alarm: null });
    expect([await driftAlarms(service.url, 'v1'), await driftAlarms(service.url, 'v2')]).toEqual([1, 0]);
  });

  it('stands over a restart, and is taken back by a new reference, which outlives one too', async () => {
    await service.stop();
    service = await start();
    expect((await settledDrift<DriftStatus>(service.url)).versions['v1']).toMatchObject({ state: 'drift', observed: 300 + within });
    await request(service.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    await service.stop();
    service = await start();
    expect(await settledDrift<DriftStatus>(service.url)).toMatchObject({ drift: false, versions: { v1: { state: 'watching', alarm: null, alarms: 1 } } });
  });
});
