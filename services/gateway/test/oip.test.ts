import { oipOperations, type Operation } from '@facet/contracts';
import { spawnService, spawnSuite, type SpawnedService, type SpawnedSuite } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';

const examples = join(__dirname, '../../../examples');
const digit = readFileSync(join(examples, 'digit.png'));
const hand = readFileSync(join(examples, 'hand.json'), 'utf8');
const photo = readFileSync(join(examples, 'photo.jpg'));
const operations = oipOperations(['gesture', 'digit', 'detection'], undefined);

type Tensor = { name: string; shape: number[]; datatype: string; data?: unknown[]; parameters?: object };
type Answer = { model_name: string; model_version: string; id: string; outputs: (Tensor & { parameters?: { binary_data_size: number } })[] };

async function call(url: string, init: RequestInit = {}): Promise<{ status: number; type: string | null; headers: Headers; bytes: Buffer }> {
  const answer = await fetch(url, init);
  return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the test expects to find
async function json<T>(url: string, init?: RequestInit): Promise<{ status: number; type: string | null; body: T }> {
  const { status, type, bytes } = await call(url, init);
  return { status, type, body: JSON.parse(bytes.toString()) as T };
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
  headers,
});

/** A request of the binary extension. */
function binary(request: object, ...parts: Buffer[]): { body: Buffer; headers: Record<string, string> } {
  const head = Buffer.from(JSON.stringify(request));
  return { body: Buffer.concat([head, ...parts]), headers: { 'inference-header-content-length': String(head.length) } };
}

const fp32 = (length: number, value = 0.5): Buffer => Buffer.from(new Float32Array(length).fill(value).buffer);

/** What the contract says of an answer that does not fit it. */
function misfits({ answers }: Operation, status: number, body: unknown): unknown {
  return answers[status]?.content['application/json']?.schema?.safeParse(body).error?.issues;
}

const shapes: Record<string, { name: string; row: number[]; v2row?: number[]; output: string; values: number }> = {
  gesture: { name: 'landmarks', row: [42], output: 'logits', values: 18 },
  digit: { name: 'image', row: [1, 28, 28], output: 'logits', values: 10 },
  detection: { name: 'images', row: [3, 320, 320], v2row: [3, 448, 448], output: 'scores', values: 80_000 },
};
const tasks = ['gesture', 'digit', 'detection'] as const;
const size = (row: readonly number[]): number => row.reduce((product, side) => product * side, 1);

describe('the Open Inference Protocol', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite();
  });
  afterAll(() => suite.stop());
  const endpoints = (task: (typeof tasks)[number]): string[] => [suite.gateway.url, suite[task].url, `${suite.gateway.url}/${task}`];

  it.each(tasks)('%s: describes itself as the contract says, at every endpoint', async (task) => {
    for (const endpoint of endpoints(task)) {
      for (const [operation, path] of [
        [operations.server, '/v2'],
        [operations.live, '/v2/health/live'],
        [operations.ready, '/v2/health/ready'],
        [operations.model, `/v2/models/${task}`],
        [operations.modelVersion, `/v2/models/${task}/versions/2`],
        [operations.modelReady, `/v2/models/${task}/ready`],
        [operations.modelReadyVersion, `/v2/models/${task}/versions/1/ready`],
        [operations.config, `/v2/models/${task}/config`],
        [operations.configVersion, `/v2/models/${task}/versions/1/config`],
        [operations.statistics, `/v2/models/${task}/stats`],
        [operations.statisticsVersion, `/v2/models/${task}/versions/2/stats`],
        [operations.allStatistics, '/v2/models/stats'],
      ] as const) {
        const { status, type, body } = await json(endpoint + path);
        expect({ path, status, type, issues: misfits(operation, status, body) }).toEqual({ path, status: 200, type: 'application/json', issues: undefined });
      }
    }
    const { body } = await json(`${suite.gateway.url}/v2/models/${task}`);
    expect(body).toMatchObject({ name: task, versions: ['1', '2'], platform: 'onnxruntime_onnx', inputs: [{ name: shapes[task]!.name, datatype: 'FP32' }] });
  });

  it('says -1 where versions differ', async () => {
    for (const endpoint of [suite.gateway.url, suite.detection.url])
      expect((await json(`${endpoint}/v2/models/detection`)).body).toMatchObject({ inputs: [{ shape: [-1, 3, -1, -1] }] });
  });

  it('lists all models', async () => {
    const { body } = await json<{ name: string; version: string; state: string }[]>(`${suite.gateway.url}/v2/repository/index`, { method: 'POST' });
    expect(body.map(({ name, version, state }) => `${name} ${version} ${state}`)).toEqual(tasks.flatMap((task) => [`${task} 1 READY`, `${task} 2 READY`]));
    const ready = await json<unknown[]>(`${suite.digit.url}/v2/repository/index`, post({ ready: true }));
    expect(ready.body).toHaveLength(2);
    expect((await json(`${suite.gateway.url}/v2/repository/index`, post('[]'))).status).toBe(400);
  });

  it.each(tasks)('%s: infers from JSON and binary alike, in both versions, at every endpoint', async (task) => {
    const { name, row, v2row, output, values } = shapes[task]!;
    for (const [version, own] of [
      ['1', row],
      ['2', v2row ?? row],
    ] as const) {
      const shape = [1, ...own];
      const data = Array.from({ length: size(own) }, () => 0.5);
      const fromJson: Float32Array[] = [];
      for (const endpoint of endpoints(task)) {
        const url = `${endpoint}/v2/models/${task}/versions/${version}/infer`;
        const { status, body } = await json<Answer>(url, post({ id: 'mine', inputs: [{ name, shape, datatype: 'FP32', data }] }));
        expect({ status, issues: misfits(operations.infer, status, body) }).toEqual({ status: 200, issues: undefined });
        expect(body).toMatchObject({ model_name: task, model_version: version, id: 'mine' });
        const logits = body.outputs.find((tensor) => tensor.name === output)!;
        fromJson.push(Float32Array.from(logits.data as number[]));

        const request = binary(
          {
            inputs: [{ name, shape, datatype: 'FP32', parameters: { binary_data_size: size(shape) * 4 } }],
            outputs: [{ name: output, parameters: { binary_data: true } }],
          },
          fp32(size(shape)),
        );
        const answer = await call(url, post(request.body, request.headers));
        expect(answer.status).toBe(200);
        const length = Number(answer.headers.get('inference-header-content-length'));
        const head = JSON.parse(answer.bytes.subarray(0, length).toString()) as Answer;
        expect(head.outputs).toMatchObject([{ name: output, datatype: 'FP32', parameters: { binary_data_size: values * 4 } }]);
        expect(head.id).toBe(answer.headers.get('x-request-id'));
        expect(new Float32Array(Uint8Array.from(answer.bytes.subarray(length)).buffer)).toEqual(fromJson[0]);
        expect(answer.headers.get('x-model')).toMatch(new RegExp(`^${task}/v${version}@sha256:`));
      }
      expect(fromJson).toHaveLength(3);
    }
  });

  it('gives batches the same rows as lone requests, beyond what one run takes', async () => {
    const url = `${suite.digit.url}/v2/models/digit/versions/1/infer`;
    const rows = Array.from({ length: 40 }, (_, row) => Array.from({ length: 784 }, (_unused, pixel) => ((row * 31 + pixel * 7) % 17) / 17));
    const input = { name: 'image', datatype: 'FP32' };
    const all = (await json<Answer>(url, post({ inputs: [{ ...input, shape: [40, 1, 28, 28], data: rows.flat() }] }))).body.outputs[0]!;
    expect(all.shape).toEqual([40, 10]);
    for (const row of [0, 31, 32, 39]) {
      const one = (await json<Answer>(url, post({ inputs: [{ ...input, shape: [1, 1, 28, 28], data: rows[row]! }] }))).body.outputs[0]!;
      const expected = (all.data as number[]).slice(row * 10, row * 10 + 10);
      for (const [at, value] of (one.data as number[]).entries()) expect(value).toBeCloseTo(expected[at]!, 4);
    }
  });

  it('splits what names no version by weight, keeps users, obeys x-model-version', async () => {
    const url = `${suite.gateway.url}/v2/models/gesture/infer`;
    const request = { inputs: [{ name: 'landmarks', shape: [1, 42], datatype: 'FP32', data: Array.from({ length: 42 }, () => 0.1) }] };
    const ask = async (headers: Record<string, string>): Promise<string> => (await json<Answer>(url, post(request, headers))).body.model_version;
    expect(new Set(await Promise.all(Array.from({ length: 30 }, () => ask({}))))).toEqual(new Set(['1', '2']));
    expect(new Set(await Promise.all(Array.from({ length: 8 }, () => ask({ 'x-user-id': 'ada' })))).size).toBe(1);
    expect(await ask({ 'x-model-version': 'v2' })).toBe('2');
  });

  it('sends a tensor that fits one version only to that one, whatever the weights chose', async () => {
    const request = (side: number) =>
      binary(
        {
          inputs: [{ name: 'images', shape: [1, 3, side, side], datatype: 'FP32', parameters: { binary_data_size: 12 * side * side } }],
          outputs: [{ name: 'boxes' }],
        },
        fp32(3 * side * side),
      );
    for (const endpoint of [suite.gateway.url, suite.detection.url]) {
      for (const [side, version] of [
        [320, '1'],
        [448, '2'],
      ] as const) {
        for (let tries = 0; tries < 4; tries += 1) {
          const { body, headers } = request(side);
          expect((await json<Answer>(`${endpoint}/v2/models/detection/infer`, post(body, headers))).body).toMatchObject({ model_version: version });
        }
      }
      const { body, headers } = request(64);
      const refused = await json<{ error: string }>(`${endpoint}/v2/models/detection/infer`, post(body, headers));
      expect(refused.status).toBe(400);
      expect(refused.body.error).toContain('takes [-1,3,');
    }
  });

  it('takes images and hands as BYTES, prepared as the task does', async () => {
    const base64 = { inputs: [{ name: 'image', shape: [2], datatype: 'BYTES', data: [digit.toString('base64'), digit.toString('base64')] }] };
    for (const endpoint of [suite.gateway.url, suite.digit.url]) {
      const { body } = await json<Answer>(`${endpoint}/v2/models/digit/infer`, post(base64));
      expect(body.outputs[0]!.shape).toEqual([2, 10]);
      const logits = (body.outputs[0]!.data as number[]).slice(0, 10);
      expect(logits.indexOf(Math.max(...logits))).toBe(7);
    }
    const length = Buffer.alloc(4);
    length.writeUInt32LE(photo.length);
    const picture = binary(
      { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: photo.length + 4 } }], outputs: [{ name: 'scores' }] },
      length,
      photo,
    );
    const found = await json<Answer>(`${suite.gateway.url}/v2/models/detection/infer`, post(picture.body, picture.headers));
    expect(Math.max(...(found.body.outputs[0]!.data as number[]))).toBeGreaterThan(0.5);
    const hands = { inputs: [{ name: 'landmarks', shape: [1], datatype: 'BYTES', data: [hand] }] };
    expect((await json<Answer>(`${suite.gateway.url}/v2/models/gesture/infer`, post(hands))).body.outputs[0]!.shape).toEqual([1, 18]);
    const junk = { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: ['aGVsbG8='] }] };
    expect(await json(`${suite.gateway.url}/v2/models/digit/infer`, post(junk))).toMatchObject({ status: 400, type: 'application/json' });
  });

  it('reads and writes gzip and deflate; the length is that of the unpacked body', async () => {
    const url = `${suite.gateway.url}/v2/models/detection/versions/1/infer`;
    const request = binary(
      {
        inputs: [{ name: 'images', shape: [1, 3, 320, 320], datatype: 'FP32', parameters: { binary_data_size: 1228800 } }],
        parameters: { binary_data_output: true },
      },
      fp32(307_200),
    );
    for (const [encoding, pack] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ] as const) {
      const headers = { ...request.headers, 'content-encoding': encoding, 'accept-encoding': encoding };
      // fetch unpacks by itself, and would fail on what is not packed as the header says.
      const answer = await call(url, post(pack(request.body), headers));
      expect({ status: answer.status, encoding: answer.headers.get('content-encoding') }).toEqual({ status: 200, encoding });
      const length = Number(answer.headers.get('inference-header-content-length'));
      expect(answer.bytes.length).toBe(length + 1000 * 84 * 4);
    }
    const bomb = await json<{ error: string }>(url, post(gzipSync(Buffer.alloc(65 * 1024 ** 2)), { 'content-encoding': 'gzip' }));
    expect(bomb).toMatchObject({ status: 413, type: 'application/json' });
    expect(await json(url, post('not gzip', { 'content-encoding': 'gzip' }))).toMatchObject({ status: 400, type: 'application/json' });
    expect(await json(url, post('{}', { 'content-encoding': 'br' }))).toMatchObject({ status: 400, type: 'application/json' });
  });

  it('takes a raw body for the one input when the header is 0', async () => {
    const url = `${suite.gateway.url}/v2/models/digit/versions/1/infer`;
    const answer = await call(url, post(fp32(784), { 'inference-header-content-length': '0' }));
    expect(answer.status).toBe(200);
    const length = Number(answer.headers.get('inference-header-content-length'));
    expect(answer.bytes.length - length).toBe(40);
    expect((await json(url, post(fp32(783), { 'inference-header-content-length': '0' }))).status).toBe(400);
  });

  it.each([
    ['an unknown model', '/v2/models/faces/infer', {}, 404, /^Request for unknown model: 'faces'/],
    ['an unknown version', '/v2/models/digit/versions/9/infer', {}, 404, /^Request for unknown model: 'digit' has no version '9'/],
    ['no JSON', '/v2/models/digit/infer', 'x', 400, /not JSON/],
    ['nothing', '/v2/models/digit/infer', '', 400, /empty/],
    ['the wrong input', '/v2/models/digit/infer', { inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [1] }] }, 400, /takes 'image'/],
    ['the wrong type', '/v2/models/digit/infer', { inputs: [{ name: 'image', shape: [1], datatype: 'INT8', data: [1] }] }, 400, /takes FP32/],
    [
      'too many rows',
      '/v2/models/gesture/infer',
      { inputs: [{ name: 'landmarks', shape: [65, 42], datatype: 'FP32', data: Array.from({ length: 2730 }, () => 0) }] },
      400,
      /65 rows; a request may have 1 to 64/,
    ],
    ['no rows', '/v2/models/gesture/infer', { inputs: [{ name: 'landmarks', shape: [0, 42], datatype: 'FP32', data: [] }] }, 400, /0 rows/],
    [
      'an unknown output',
      '/v2/models/gesture/infer',
      { inputs: [{ name: 'landmarks', shape: [1, 42], datatype: 'FP32', data: Array.from({ length: 42 }, () => 0) }], outputs: [{ name: 'x' }] },
      400,
      /gives logits/,
    ],
    [
      'classification',
      '/v2/models/gesture/infer',
      {
        inputs: [{ name: 'landmarks', shape: [1, 42], datatype: 'FP32', data: Array.from({ length: 42 }, () => 0) }],
        outputs: [{ name: 'logits', parameters: { classification: 3 } }],
      },
      501,
      /not supported/,
    ],
    ['loading', '/v2/repository/models/digit/load', {}, 501, /configuration/],
    ['unloading what is not there', '/v2/repository/models/faces/unload', {}, 404, /faces/],
    ['a path that is none', '/v2/models/digit/nothing', {}, 404, /not found/],
  ] as const)('refuses %s as its clients read it', async (_what, path, body, status, says) => {
    for (const endpoint of path.includes('gesture') ? [suite.gateway.url, suite.gesture.url] : [suite.gateway.url, suite.digit.url]) {
      const answer = await json<{ error: string }>(endpoint + path, post(body));
      expect(answer).toMatchObject({ status, type: 'application/json' });
      expect(Object.keys(answer.body)).toEqual(['error']);
      expect(answer.body.error).toMatch(says);
    }
  });

  it('names the methods of a path, in the same form', async () => {
    const answer = await call(`${suite.gateway.url}/v2/models/digit/infer`);
    expect({ status: answer.status, type: answer.type, allow: answer.headers.get('allow') }).toEqual({ status: 405, type: 'application/json', allow: 'POST' });
  });

  it("keeps version 2 of the task's own call", async () => {
    const { status, body } = await json<{ version: string }>(`${suite.digit.url}/v2/predict`, post(digit, { 'content-type': 'image/png' }));
    expect([status, body.version]).toEqual([200, 'v2']);
  });

  it('counts what it did', async () => {
    const { body } = await json<{
      model_stats: { version: string; inference_count: number; inference_stats: { success: { count: number; ns: number }; fail: { count: number } } }[];
    }>(`${suite.gateway.url}/v2/models/digit/stats`);
    const [first] = body.model_stats;
    expect(first!.version).toBe('1');
    expect(first!.inference_count).toBeGreaterThan(40);
    expect(first!.inference_stats.success.count).toBeGreaterThan(4);
    expect(first!.inference_stats.success.ns).toBeGreaterThan(0);
    const { text } = await fetch(`${suite.gateway.url}/metrics`).then(async (answer) => ({ text: await answer.text() }));
    expect(text).toMatch(/route="\/v2\/models\/(?:gesture|digit|detection)\/versions\/\{version\}\/infer",status="200"/);
  });
});

describe('versions in pods of their own', () => {
  const services: SpawnedService[] = [];
  let gateway: SpawnedService;
  beforeAll(async () => {
    services.push(...(await Promise.all(['v1', 'v2'].map((version) => spawnService('detection', { MODEL_VERSIONS: version })))));
    const [v1, v2] = services;
    gateway = await spawnService('gateway', { DETECTION_URL: v1!.url, DETECTION_V1_URL: v1!.url, DETECTION_V2_URL: v2!.url });
  });
  afterAll(() => Promise.all([gateway, ...services].map((service) => service.stop())));

  it('are one model at the gateway', async () => {
    expect((await json(`${gateway.url}/v2/models/detection`)).body).toMatchObject({ versions: ['1', '2'], inputs: [{ shape: [-1, 3, -1, -1] }] });
    expect((await json(`${gateway.url}/v2/models/detection/config`)).body).toMatchObject({ version_policy: { specific: { versions: [1, 2] } } });
    expect((await json(`${gateway.url}/v2/models/detection/versions/2/ready`)).status).toBe(200);
  });

  it('each get the tensors that fit them', async () => {
    const request = binary(
      { inputs: [{ name: 'images', shape: [1, 3, 448, 448], datatype: 'FP32', parameters: { binary_data_size: 2408448 } }], outputs: [{ name: 'boxes' }] },
      fp32(602_112),
    );
    for (let tries = 0; tries < 4; tries += 1)
      expect((await json<Answer>(`${gateway.url}/v2/models/detection/infer`, post(request.body, request.headers))).body).toMatchObject({ model_version: '2' });
  });

  it('says which models are not there, and is not ready', async () => {
    const { status, type, body } = await json<object>(`${gateway.url}/v2/health/ready`);
    expect({ status, type }).toEqual({ status: 503, type: 'application/json' });
    expect(body).toMatchObject({ live: true, ready: false });
    expect((await json(`${gateway.url}/v2/health/live`)).body).toEqual({ live: true, ready: false });
    const gone = await json<{ error: string }>(`${gateway.url}/v2/models/digit/infer`, post({}));
    expect({ status: gone.status, type: gone.type, keys: Object.keys(gone.body) }).toEqual({ status: 503, type: 'application/json', keys: ['error'] });
  });
});
