import { taskContracts } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';

const [{ task }] = taskContracts;
const row = Array.from({ length: 42 }, () => 0.25);
const input = { name: 'landmarks', datatype: 'FP32', shape: [1, 42], data: row };

describe('details of the Open Inference Protocol', () => {
  let service: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    service = await spawnService(task);
    gateway = await spawnService('gateway', { [`${task.toUpperCase()}_URL`]: service.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
  });

  const send = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(path, init);
    const body: unknown = await answer.json();
    return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, body };
  };
  const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers });
  const infer = (body: unknown) => send(`${gateway.url}/v2/models/${task}/infer`, post(body));

  it.each<[string, object]>([
    ['id', { id: null, inputs: [input] }],
    ['parameters', { parameters: null, inputs: [input] }],
    ['outputs', { outputs: null, inputs: [input] }],
    ['parameters of an input', { inputs: [{ ...input, parameters: null }] }],
    ['parameters of an output', { inputs: [input], outputs: [{ name: 'logits', parameters: null }] }],
    [
      'single parameters',
      { parameters: { binary_data_output: null }, inputs: [{ ...input, parameters: { binary_data_size: null, shared_memory_region: null } }] },
    ],
    ['single parameters of an output', { inputs: [input], outputs: [{ name: 'logits', parameters: { binary_data: null, classification: null } }] }],
    ['all of them', { id: null, parameters: null, outputs: null, inputs: [{ ...input, parameters: null }] }],
  ])('takes null for %s as absent', async (_what, body) => {
    const { status, body: answer } = await infer(body);
    expect({ status, answer }).toMatchObject({ status: 200, answer: { outputs: [{ name: 'logits' }] } });
  });

  it('takes null for the data of a binary tensor, and for the filter of the index, as absent', async () => {
    const head = JSON.stringify({ inputs: [{ ...input, data: null, parameters: { binary_data_size: 168 } }] });
    const answer = await fetch(`${gateway.url}/v2/models/${task}/infer`, {
      method: 'POST',
      body: Buffer.concat([Buffer.from(head), Buffer.from(new Float32Array(row).buffer)]),
      headers: { 'inference-header-content-length': String(head.length) },
    });
    expect(answer.status).toBe(200);
    for (const base of [gateway.url, service.url]) expect((await send(`${base}/v2/repository/index`, post({ ready: null }))).status).toBe(200);
    expect((await infer({ inputs: null })).status).toBe(400);
  });

  it('lists the models', async () => {
    expect((await send(`${gateway.url}/v2/models`)).body).toEqual({ models: taskContracts.map((contract) => contract.task) });
    expect((await send(`${service.url}/v2/models`)).body).toEqual({ models: [task] });
    expect((await send(`${gateway.url}/${task}/v2/models/`)).body).toEqual({ models: [task] });
  });

  it.each<[string, string, number, RequestInit]>([
    ['an unknown path', '/v2/unknown', 404, {}],
    ['an unknown path further down', '/v2/a/b/c/d?x=1', 404, {}],
    ['an unknown call of a model', `/v2/models/${task}/unknown`, 404, {}],
    ['an unknown model', '/v2/models/none/infer', 404, post({})],
    ['an unknown version', `/v2/models/${task}/versions/99/infer`, 404, post({})],
    ['an odd version', `/v2/models/${task}/versions/x/infer`, 404, post({})],
    ['a method that is not allowed', `/v2/models/${task}/infer`, 405, {}],
    ['a method that is not allowed on the server', '/v2', 405, post({})],
    ['a path with two readings', '/v2/models/a%2fb', 400, {}],
    ['a body that is too large', `/v2/models/${task}/infer`, 413, { method: 'POST', body: Buffer.alloc(64 * 1024 ** 2 + 1) }],
    ['an encoding that is not known', `/v2/models/${task}/infer`, 400, post({}, { 'content-encoding': 'zstd' })],
  ])('answers {"error"} to %s', async (_what, path, status, init) => {
    for (const base of [gateway.url, `${gateway.url}/${task}`, service.url]) {
      const answer = await send(base + path, init);
      expect(answer).toMatchObject({ status, type: 'application/json', body: { error: expect.any(String) as string } });
      expect(Object.keys(answer.body as object)).toEqual(['error']);
    }
  });

  it('keeps problems for /v2/predict, which is version 2 of a call of ours; at the gateway itself there is none', async () => {
    for (const path of [`${service.url}/v2/predict`, `${gateway.url}/${task}/v2/predict`])
      for (const init of [post({}), {}]) expect((await send(path, init)).type).toBe('application/problem+json');
    expect(await send(`${gateway.url}/v2/predict`, post({}))).toMatchObject({
      status: 404,
      type: 'application/json',
      body: { error: expect.any(String) as string },
    });
  });

  it.each(['v2', 'V2', '2', ' 02'])('takes x-model-version: %s for v2, at the gateway and at the service', async (spelling) => {
    const { itemExample } = taskContracts[0];
    for (const path of [`${gateway.url}/${task}/predict`, `${gateway.url}/${task}/batch/predict`, `${service.url}/predict`]) {
      const body = path.includes('batch') ? { items: [itemExample] } : itemExample;
      const answer = await send(path, post(body, { 'x-model-version': spelling, 'content-type': 'application/json' }));
      expect(answer).toMatchObject({ status: 200, body: { version: 'v2' } });
    }
  });

  it('refuses a version that is none', async () => {
    const { status } = await send(`${gateway.url}/${task}/predict`, post({}, { 'x-model-version': 'v99', 'content-type': 'application/json' }));
    expect(status).toBe(404);
  });
});
