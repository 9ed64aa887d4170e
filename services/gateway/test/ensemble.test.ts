import { inferenceOperations, taskContracts, type DetectionAnswer, type Experiments, type GestureAnswer } from '@facet/contracts';
import { spawnService, spawnSuite, type SpawnedSuite } from '@facet/testkit';
import request from 'supertest';
import { hand, photo, send } from './examples.ts';

// Services start, on machines that may be busy.
jest.setTimeout(180_000);

describe('all versions together', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite({ CACHE: 'memory' });
  });
  afterAll(() => suite.stop());
  const doors = (task: string): string[] => [`${suite.gateway.url}/${task}`, suite[task as 'digit'].url];

  describe.each(taskContracts.map((contract) => [contract.task, contract] as const))('%s', (task, contract) => {
    const schema = inferenceOperations(contract, ['v1', 'v2']).predictEnsemble.answers[200]!.content['application/json']!.schema!;

    it('answer who asks by path or by header, at both doors, and name every model', async () => {
      for (const base of doors(task)) {
        for (const test of [request(base).post('/ensemble/predict'), request(base).post('/predict').set('x-model-version', 'ensemble')]) {
          const { body, headers } = await send[task]!(test).expect(200);
          expect(schema.safeParse(body).error?.issues).toBeUndefined();
          expect(body).toMatchObject({ version: 'ensemble' });
          expect(headers['x-model-version']).toBe('ensemble');
          expect(headers['x-model']).toMatch(new RegExp(`^${task}/ensemble@sha256:[0-9a-f]{64}\\+sha256:[0-9a-f]{64}$`));
        }
      }
    });

    it('are told apart in the metrics, and among the versions side by side', async () => {
      const { text } = await request(suite[task].url).get('/metrics').expect(200);
      expect(text).toMatch(/^model_predictions_total\{version="ensemble",status="success"\} [1-9]/m);
      const inside = (await request(suite[task].url).get('/experiments').expect(200)).body as Experiments;
      const outside = ((await request(suite.gateway.url).get('/experiments').expect(200)).body as { services: Record<string, Experiments> }).services[task]!;
      for (const { versions, sample_ratio } of [inside, outside]) {
        expect(versions['ensemble']!.requests).toBeGreaterThan(0);
        expect(versions['ensemble']!.errors).toBe(0);
        expect(Object.keys(sample_ratio.expected)).toEqual(['v1', 'v2']);
      }
    });
  });

  it('give the mean of what each says of a hand', async () => {
    const ask = async (version: string) => (await request(suite.gateway.url).post(`/gesture/${version}/predict`).send(hand).expect(200)).body as GestureAnswer;
    const [one, other, both] = [await ask('v1'), await ask('v2'), await ask('ensemble')];
    for (const [name, share] of Object.entries(both.probabilities)) expect(share).toBeCloseTo((one.probabilities[name]! + other.probabilities[name]!) / 2, 5);
    expect(both.action).toBe('up');
  });

  it('fuse the boxes of a photograph: what both see stays, and no box is less sure than was asked', async () => {
    const ask = async (version: string, threshold: number) =>
      (
        await request(suite.gateway.url)
          .post(`/detection/${version}/predict?conf_threshold=${threshold}`)
          .set('content-type', 'image/jpeg')
          .send(photo)
          .expect(200)
      ).body as DetectionAnswer;
    const best = (answer: DetectionAnswer) => answer.detections[0]!;
    const [one, other, both] = [await ask('v1', 0.3), await ask('v2', 0.3), await ask('ensemble', 0.3)];
    expect(best(both).class_name).toBe(best(one).class_name);
    expect(best(both).class_name).toBe(best(other).class_name);
    const confidences = [best(one).confidence, best(other).confidence];
    expect(best(both).confidence).toBeGreaterThan(Math.min(...confidences) / 2);
    expect(best(both).confidence).toBeLessThanOrEqual(Math.max(...confidences));
    expect(both).toMatchObject({ confidence_threshold: 0.3, image_shape: one.image_shape });
    for (const { confidence } of both.detections) expect(confidence).toBeGreaterThanOrEqual(0.3);
    const { body } = await request(suite.gateway.url).post('/detection/ensemble/predict?annotate=true').attach('file', photo, 'photo.jpg').expect(200);
    expect((body as Buffer).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
  });

  it('answer a batch, one bad item failing alone', async () => {
    const { body } = await request(suite.gateway.url)
      .post('/gesture/batch/predict')
      .set('x-model-version', 'ensemble')
      .send({ items: [hand, { landmarks: [] }] })
      .expect(200);
    expect(body).toMatchObject({ version: 'ensemble', succeeded: 1, failed: 1, results: [{ result: { version: 'ensemble' } }, { status: 422 }] });
  });

  it('are cached like the others', async () => {
    const ask = () => request(suite.gateway.url).post('/gesture/ensemble/predict').send(hand).expect(200);
    await ask();
    expect((await ask()).headers['x-cache']).toBe('hit');
  });

  it('are never chosen by the weights, nor for tensors, whose outputs are the models’ own', async () => {
    for (let count = 0; count < 20; count++)
      expect((await request(suite.gateway.url).post('/gesture/predict').set('x-user-id', `${count}`).send(hand).expect(200)).body.version).toMatch(/^v[12]$/);
    const tensor = { inputs: [{ name: 'landmarks', shape: [1, 42], datatype: 'FP32', data: Array.from({ length: 42 }, () => 0.1) }] };
    for (const url of [suite.gateway.url, suite.gesture.url]) {
      const { body } = await request(url).post('/v2/models/gesture/infer').set('x-model-version', 'ensemble').send(tensor).expect(404);
      expect(body).toEqual({ error: expect.stringContaining("Unknown version 'ensemble'") });
    }
  });
});

it('there is no ensemble of one', async () => {
  const service = await spawnService('gesture', { MODEL_VERSIONS: 'v2', AB_WEIGHTS: 'v2=1' });
  const { body } = await request(service.url).post('/ensemble/predict').send(hand).expect(404);
  expect(body).toMatchObject({ code: 'unknown-version', detail: expect.stringContaining('An ensemble needs at least two versions in one process') });
  expect(await service.stop()).toBe(0);
});
