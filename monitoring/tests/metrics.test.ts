import { inParallel, spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintMetrics } from '../src/lint/lint-metrics.ts';

const examples = join(__dirname, '../../examples');
const hand = readFileSync(join(examples, 'hand.json'), 'utf8');
const [digit, photo] = ['digit.png', 'photo.jpg'].map((name) => new Uint8Array(readFileSync(join(examples, name))));
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const names = ['gateway', 'gesture', 'digit', 'detection'] as const;

/** What the design promises under these names and labels, by the service that has it. */
const promised: Readonly<Record<(typeof names)[number], readonly string[]>> = {
  gateway: [
    'task_info{service,kind}',
    'http_requests_total',
    'invalid_input_requests_total',
    'http_request_duration_seconds{route,method,status}',
    'event_loop_lag_seconds',
    'process_cpu_seconds_total',
  ],
  gesture: [
    'task_info{kind}',
    'predicted_gesture_count{gesture}',
    'missing_landmarks_total',
    'model_predictions_total',
    'model_inference_duration_seconds',
    'inference_stage_duration_seconds{stage}',
    'inference_queue_depth',
    'inference_in_flight',
    'inference_batch_rows',
    'inference_dispatch_total{reason}',
    'requests_rejected_total{reason}',
    'data_drift_detected_total{version}',
    'active_learning_samples_total{version}',
  ],
  digit: ['task_info{kind}', 'http_requests_total', 'model_predictions_total', 'data_drift_detected_total{version}', 'active_learning_samples_total{version}'],
  detection: [
    'task_info{kind}',
    'object_detection_requests_total{version,status}',
    'object_detection_request_duration_seconds{version}',
    'object_detection_inference_duration_seconds{version}',
    'data_drift_detected_total{version}',
    'active_learning_samples_total{version}',
  ],
};

describe('/metrics', () => {
  let suite: SpawnedSuite;
  const read = async (name: (typeof names)[number], accept = 'text/plain'): Promise<string> =>
    (await fetch(`${suite[name].url}/metrics`, { headers: { accept } })).text();
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<void> => {
    await (await fetch(`${suite.gateway.url}${path}`, { method: 'POST', body, headers })).arrayBuffer();
  };
  /** Every kind of request once, by users and at paths that nobody used before. */
  const askAll = async (round: number): Promise<void> => {
    const json = {
      'content-type': 'application/json',
      'x-user-id': `user-${round}`,
      'x-request-id': `request-${round}`,
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    };
    for (const version of ['v1', 'v2']) {
      await post(`/gesture/${version}/predict`, hand, json);
      await post(`/digit/${version}/predict`, digit!, { 'content-type': 'image/png' });
      await post(`/detection/${version}/predict`, photo!, { 'content-type': 'image/jpeg' });
    }
    await post('/gesture/v1/predict', '{"landmarks":[null]}', json);
    await post(`/gesture/path-${round}?query=${round}`, '{}', json);
    await post(`/path-${round}`, '{}', json);
  };

  beforeAll(async () => {
    suite = await spawnSuite({ WORKERS: '2', ACCESS_LOG: 'false' });
    for (let round = 0; round < 5; round += 1) await askAll(round);
    // The gateway asks it of a service that is late, as any may be on a busy machine.
    for (const name of names) await (await fetch(`${suite[name].url}/health/live`)).arrayBuffer();
  });
  afterAll(() => suite.stop());

  it.each(names)('of %s has the promised names and labels', async (name) => {
    const text = await read(name);
    for (const series of promised[name]) {
      const [, metric, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series)!;
      const line = text.split('\n').find((candidate) => candidate.startsWith(metric!));
      expect({ metric, line }).toEqual({ metric, line: expect.stringContaining(metric!) as string });
      for (const label of labels.split(',').filter(Boolean)) expect(line).toContain(`${label}="`);
    }
  });

  it.each(names)('of %s passes the lint of names and labels', async (name) => {
    expect(lintMetrics(await read(name))).toEqual([]);
  });

  it.each(names)('of %s does not grow with traffic, users, paths or ids', async (name) => {
    const series = async (): Promise<string[]> => (await read(name)).split('\n').map((line) => line.replace(/ \S+$/, ''));
    const before = await series();
    await inParallel([...Array.from({ length: 10 }).keys()], 4, (round) => askAll(100 + round));
    // Node's own come when they first happen: a major collection.
    expect((await series()).filter((line) => !before.includes(line) && !line.startsWith('nodejs_'))).toEqual([]);
  });

  // What a scrape costs in time grows with them; `npm run bench:scrape` measures it.
  it.each(names)('of %s holds at most 1,000 series in 100 kB', async (name) => {
    const text = await read(name);
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length).toBeLessThanOrEqual(1000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100_000);
  });

  it('shows, when asked for OpenMetrics, a trace in the buckets of the latency, whichever process answered it', async () => {
    const text = await read('gesture', 'application/openmetrics-text; version=1.0.0');
    expect(text).toMatch(
      new RegExp(`^http_request_duration_seconds_bucket\\{.*route="/v1/predict".*\\} \\d+ # \\{trace_id="${traceId}"\\} [\\d.e-]+ \\d+`, 'm'),
    );
    expect(text).toContain('# TYPE http_requests counter\n');
    expect(text).toMatch(/^predicted_gesture_count\{gesture="like"\} \d+$/m);
    expect(text.endsWith('# EOF\n')).toBe(true);
  });
});
