import { sharedData, spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';

interface Example {
  landmarks: { x: number; y: number; z: number }[];
  image: { width: number; height: number };
}

const hand = JSON.parse(readFileSync(join(__dirname, '../../../examples/hand.json'), 'utf8')) as Example;
const { landmarks: points, image } = hand;
const names = ['x', 'y', 'z'] as const;

describe('shapes of landmarks', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('gesture');
  });
  afterAll(() => service.stop());

  it.each<[string, object]>([
    ['objects with x, y, z', { landmarks: points, image }],
    ['objects with x, y', { landmarks: points.map(({ x, y }) => ({ x, y })), image }],
    ['triples', { landmarks: points.map(({ x, y, z }) => [x, y, z]), image }],
    ['pairs', { landmarks: points.map(({ x, y }) => [x, y]), image }],
    ['63 numbers', { landmarks: points.flatMap(({ x, y, z }) => [x, y, z]), image }],
    ['42 numbers', { landmarks: points.flatMap(({ x, y }) => [x, y]), image }],
    ['a list of hands', { landmarks: [points], image }],
    ["MediaPipe's multiHandLandmarks", { multiHandLandmarks: [points], image }],
    ['a flat row', { ...Object.fromEntries(points.flatMap((point, index) => names.map((name) => [`${name}${index + 1}`, point[name]]))), image }],
  ])('%s', async (_name, body) => {
    const answer = await request(service.url).post('/v1/predict').send(body).expect(200);
    expect(answer.body).toMatchObject({ gesture: 'like', action: 'up', version: 'v1' });
    expect(Object.keys(answer.body.probabilities as object)).toHaveLength(18);
    const sum = Object.values(answer.body.probabilities as Record<string, number>).reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 4);
  });

  it.each(['v1', 'v2'])('%s takes a hand for a gesture, and 21 points in a column for none', async (version) => {
    const known = await request(service.url).post(`/${version}/predict`).send(hand).expect(200);
    expect(known.body).toMatchObject({ rejected: false, reject_reason: null, action: 'up' });
    expect(known.body.no_gesture).toEqual({ score: expect.any(Number), rejected: false });
    const column = points.map((_point, index) => [300, 400 - index]);
    const stranger = await request(service.url).post(`/${version}/predict`).send({ landmarks: column }).expect(200);
    expect(stranger.body).toMatchObject({ rejected: true, reject_reason: 'no-gesture', action: null });
    expect(stranger.body.no_gesture).toEqual({ score: expect.any(Number), rejected: true });
    expect(stranger.body.no_gesture.score).toBeGreaterThan(0.5);
    const { text } = await request(service.url).get('/metrics').expect(200);
    expect(text).toMatch(/^gesture_rejected_total [1-9]/m);
  });

  it('answers each hand of a request that asks for it, on one version or all', async () => {
    const upsideDown = points.map(({ x, y, z }) => ({ x, y: 1 - y, z }));
    const handedness = [[{ score: 0.7, category_name: 'Left' }], [{ score: 0.98, category_name: 'Right' }]];
    const both = { hand_landmarks: [upsideDown, points], handedness, image };
    for (const path of ['v2', 'ensemble']) {
      const { body } = await request(service.url).post(`/${path}/predict?hands=all`).send(both).expect(200);
      expect(body).toMatchObject({ gesture: 'like', hands: [{ handedness: 'Right', gesture: 'like', action: 'up' }, { handedness: 'Left' }] });
      expect(body.hands).toHaveLength(2);
      expect(body).not.toHaveProperty('warnings');
    }
    const one = await request(service.url).post('/v2/predict').send(both).expect(200);
    expect(one.body).toMatchObject({ gesture: 'like' });
    expect(one.body).not.toHaveProperty('hands');
    await request(service.url).post('/v2/predict?hands=both').send(both).expect(422);
  });

  const cases = sharedData('cases/gesture');
  (cases === undefined ? it.skip : it).each([
    // Squeezed, one is the other; the warning says so.
    ['shares-without-image', 'peace|two_up', true],
    ['pixels-and-image', 'stop', false],
    ['python-tasks-HandLandmarkerResult', 'like', true],
    ['python-legacy-MessageToDict', 'like', true],
    ['row-x0-z20', 'like', true],
    ['cvzone-id-x-y', 'like', false],
  ])('%s is %s', async (file, gesture, isFrameUnknown) => {
    const body = JSON.parse(readFileSync(join(cases!, `${file}.json`), 'utf8')) as object;
    for (const version of ['v1', 'v2']) {
      const answer = await request(service.url).post(`/${version}/predict`).send(body).expect(200);
      expect(answer.body).toMatchObject({ gesture: expect.stringMatching(`^(${gesture})$`), rejected: false });
      const { warnings } = answer.body as { warnings?: string[] };
      expect(warnings?.[0] ?? 'none').toMatch(
        isFrameUnknown ? /^The landmarks are normalised and the request has no `image`: an aspect ratio of \d+:\d+ was/ : /^none$/,
      );
    }
  });

  it('counts and lists missing landmarks', async () => {
    const before = await missing(service.url);
    const broken = points.map((point, index) => (index === 4 ? { x: null, y: point.y } : point)).slice(0, 20);
    const answer = await request(service.url).post('/predict').send({ landmarks: broken, image }).expect(422);
    expect(answer.body.code).toBe('missing-landmarks');
    const pointers = (answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.some((pointer) => pointer.startsWith('/landmarks/4'))).toBe(true);
    expect(pointers.some((pointer) => pointer.startsWith('/landmarks/20'))).toBe(true);
    expect((await missing(service.url)) - before).toBe(2);
    await request(service.url).post('/predict').set('x-facet-shadow', 'v1').send({ landmarks: broken, image }).expect(422);
    expect((await missing(service.url)) - before).toBe(2);
  });
});

describe('a frame of a known shape', () => {
  it('is assumed where the request has no size of one', async () => {
    const service = await spawnService('gesture', { GESTURE_FRAME_ASPECT: '16:9' });
    try {
      const known = await request(service.url).post('/v1/predict').send({ landmarks: points, image }).expect(200);
      const assumed = await request(service.url).post('/v1/predict').send({ landmarks: points }).expect(200);
      expect(assumed.body.confidence).toBeCloseTo(known.body.confidence as number, 4);
      expect(assumed.body.warnings).toEqual([expect.stringContaining('an aspect ratio of 16:9 was assumed')]);
    } finally {
      await service.stop();
    }
  });
});

async function missing(url: string): Promise<number> {
  const { text } = await request(url).get('/metrics').expect(200);
  return Number(/^missing_landmarks_total (\d+)/m.exec(text)?.[1]);
}
