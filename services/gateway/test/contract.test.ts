import { gatewayOperations, inferenceOperations, taskContracts, type Operation } from '@facet/contracts';
import { inParallel, spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response, type Test } from 'supertest';
import { digit, hand, photo, send } from './examples.ts';

/** What the contract says of an answer that does not fit it; nothing when it does. */
function misfits({ answers }: Operation, { status, body }: Response): unknown {
  return answers[status]?.content['application/json']?.schema?.safeParse(body).error?.issues;
}

describe('the contract', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite();
  });
  afterAll(() => suite.stop());

  describe.each(taskContracts.map((contract) => [contract.task, contract] as const))('%s', (task, contract) => {
    const operations = inferenceOperations(contract, ['v1', 'v2']);
    const doors = (): [string, string][] => [
      ['the gateway', `${suite.gateway.url}/${task}`],
      ['the service', suite[task].url],
    ];

    it('answers every GET as it says, at both doors', async () => {
      for (const [, base] of doors()) {
        for (const operation of [operations.root, operations.health, operations.live, operations.ready, operations.modelInfo, operations.metrics]) {
          const answer = await request(base).get(operation.path).set('accept', 'application/json').expect(200);
          expect(misfits(operation, answer)).toBeUndefined();
        }
      }
    });

    it('predicts as it says, naming the version, the model and the stages', async () => {
      for (const [, base] of doors()) {
        for (const [operation, version] of [[operations.predictV1!, 'v1'] as const, [operations.predictV2!, 'v2'] as const]) {
          const answer = await send[task]!(request(base).post(operation.path).set('x-request-id', 'my-id.1')).expect(200);
          expect(misfits(operation, answer)).toBeUndefined();
          expect(answer.body).toMatchObject({ request_id: 'my-id.1', version });
          expect(answer.headers).toMatchObject({ 'x-request-id': 'my-id.1', 'x-model-version': version });
          expect(answer.headers['x-model']).toMatch(new RegExp(`^${task}/${version}@sha256:[0-9a-f]{64}$`));
          expect(answer.headers['server-timing']).toMatch(/receive;dur=[\d.]+, .*infer;dur=[\d.]+/);
        }
      }
    });

    it('answers a batch item by item: a bad one fails alone', async () => {
      for (const [, base] of doors()) {
        const items = [contract.itemExample, { nothing: true }, contract.itemExample];
        const answer = await request(base).post('/batch/predict').set('x-model-version', 'v2').send({ items }).expect(200);
        expect(misfits(operations.batch, answer)).toBeUndefined();
        expect(answer.body).toMatchObject({ version: 'v2', succeeded: 2, failed: 1 });
        expect((answer.body.results as { status: number }[]).map(({ status }) => status)).toEqual([200, 422, 200]);
      }
    });

    it('counts what it did', async () => {
      const { text } = await request(suite[task].url).get('/metrics').expect(200);
      for (const name of [
        'http_requests_total',
        'http_request_duration_seconds_bucket',
        'inference_stage_duration_seconds_bucket',
        'model_inference_duration_seconds_bucket',
        'model_predictions_total',
        'inference_queue_depth',
        'inference_in_flight',
        'inference_batch_rows_bucket',
        'inference_dispatch_total',
        'event_loop_lag_seconds',
        'process_cpu_seconds_total',
      ]) {
        expect(text).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
      }
      expect(text).toMatch(/^invalid_input_requests_total|^# TYPE invalid_input_requests_total/m);
      expect(text).toMatch(/model_predictions_total\{version="v1",status="success"\} [1-9]/);
      const { body } = await request(suite[task].url).get('/metrics').set('accept', 'application/json').expect(200);
      const { total_requests: total, successful_predictions: right, failed_predictions: wrong } = body.service_metrics as Record<string, number>;
      expect(total).toBe(right! + wrong!);
      expect(right).toBeGreaterThanOrEqual(8);
      expect(wrong).toBe(2);
    });
  });

  it("answers the gateway's own calls as it says", async () => {
    for (const operation of Object.values(gatewayOperations)) {
      const answer = await request(suite.gateway.url).get(operation.path).set('accept', 'application/json').expect(200);
      expect(misfits(operation, answer)).toBeUndefined();
    }
    const { text } = await request(suite.gateway.url).get('/metrics').expect(200);
    expect(text).toMatch(/^http_requests_total\{method="POST",route="\/gesture\/v1\/predict",status="200"\} [1-9]/m);
    // Only calls that exist become label values.
    await request(suite.gateway.url).get('/gesture/some/secret/path').expect(404);
    const after = await request(suite.gateway.url).get('/metrics').expect(200);
    expect(after.text).toContain('route="unmatched"');
    expect(after.text).not.toContain('secret');
  });

  it('draws boxes on request', async () => {
    const answer = await request(suite.gateway.url).post('/detection/v2/predict?annotate=true').attach('file', photo, 'photo.jpg').buffer(true).expect(200);
    expect(answer.headers['content-type']).toBe('image/jpeg');
    expect((answer.body as Buffer).subarray(0, 2).toString('hex')).toBe('ffd8');
  });

  it('takes an image as form, as body and as base64, and finds the same', async () => {
    const url = `${suite.digit.url}/v1/predict`;
    const answers = await Promise.all([
      request(url).post('').attach('file', digit, 'x'),
      request(url).post('').set('content-type', 'image/png').send(digit),
      request(url).post('').set('content-type', 'application/octet-stream').send(digit),
      request(url)
        .post('')
        .send({ image: digit.toString('base64') }),
      request(url)
        .post('')
        .send({ image: `data:image/png;base64,${digit.toString('base64')}` }),
    ]);
    for (const { body } of answers) expect(body).toMatchObject({ predicted_digit: 7, all_probabilities: answers[0].body.all_probabilities as object });
  });

  it('obeys thresholds from form, query and JSON', async () => {
    const count = async (test: Test): Promise<number> => ((await test.expect(200)).body.detections as unknown[]).length;
    const url = `${suite.detection.url}/v2/predict`;
    const all = await count(request(url).post('').attach('file', photo, 'x'));
    expect(all).toBeGreaterThan(2);
    expect(await count(request(url).post('').field('conf_threshold', '0.99').attach('file', photo, 'x'))).toBe(0);
    expect(await count(request(`${url}?max_detections=1`).post('').set('content-type', 'image/jpeg').send(photo))).toBe(1);
    expect(
      await count(
        request(url)
          .post('')
          .send({ image: photo.toString('base64'), conf_threshold: 0.99 }),
      ),
    ).toBe(0);
  });

  it('logs a line a prediction at both processes, with one trace and one id', async () => {
    const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await request(suite.gateway.url).post('/gesture/v1/predict').set('traceparent', parent).set('x-request-id', 'trace-me').send(hand).expect(200);
    for (const { log } of [suite.gateway, suite.gesture]) {
      for (let tries = 0; tries < 100 && !log.some(({ id }) => id === 'trace-me'); tries += 1) await sleep(10);
      expect(log.find(({ id }) => id === 'trace-me')).toMatchObject({ trace: '4bf92f3577b34da6a3ce929d0e0e4736', status: 200, version: 'v1', method: 'POST' });
    }
    expect(suite.gesture.log.find(({ id }) => id === 'trace-me')).toMatchObject({ gesture: 'like', stages: { infer: expect.any(Number) as number } });
  });

  it('splits by weight, keeps users on their version, and honours a forced version', async () => {
    const ask = async (headers: Record<string, string>): Promise<string> =>
      (await request(suite.gateway.url).post('/gesture/predict').set(headers).send(hand).expect(200)).body.version as string;
    const drawn = await inParallel(Array.from({ length: 200 }), 8, () => ask({}));
    const share = drawn.filter((version) => version === 'v2').length / drawn.length;
    // Five standard deviations around one half.
    expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 200));
    for (const user of ['ada', 'bob', 'cleo']) expect(new Set(await Promise.all(Array.from({ length: 5 }, () => ask({ 'x-user-id': user })))).size).toBe(1);
    expect(await ask({ 'x-user-id': 'ada', cookie: 'facet-user=bob' })).toBe(await ask({ 'x-user-id': 'ada' }));
    expect(await ask({ cookie: 'a=b; facet-user=bob' })).toBe(await ask({ 'x-user-id': 'bob' }));
    expect(await ask({ 'x-user-id': 'ada', 'x-model-version': 'v2' })).toBe('v2');
  });

  it('drops what cannot be done in time', async () => {
    const answer = await request(suite.gateway.url).post('/detection/v2/predict').set('x-request-timeout-ms', '1').attach('file', photo, 'x');
    expect(answer.status).toBe(504);
    expect(answer.body.code).toBe('deadline-exceeded');
  });
});
