import type { Manifest, ModelFiles, SessionHost, Tensors } from '@facet/inference';
import { Problem } from '@facet/problem';
import { createMetrics, StageClock } from '@facet/telemetry';
import type { Call, InferCall, Payload, PredictCall, TensorRequest } from '../task/call.ts';
import { ServedModel } from '../task/served-model.ts';
import type { Task } from '../task/task.ts';
import { DataPlane } from './data-plane.ts';
import type { Slot } from './models.ts';
import { createServingMetrics } from './serving-metrics.ts';

interface Total {
  readonly total: number;
  readonly confidence: number;
}

/** Adds numbers up; a file holds one in each byte, a document is a list of them. */
const adding: Task<readonly number[], Total, Float32Array> = {
  contract: { task: 'sums', kind: 'digit' } as never,
  keys: { time: 'inference_time', classes: 'predictions_by_class' },
  read(payload, options) {
    const numbers = payload.kind === 'file' ? [...payload.bytes] : payload.value;
    if (!Array.isArray(numbers)) throw new Problem('invalid-field', 'expected a list of numbers');
    return [...(numbers as number[]), ...(options['more'] === undefined ? [] : [Number(options['more'])])];
  },
  async predict(numbers, model, work, sight) {
    const row = Float32Array.from(numbers);
    if (sight) sight.seen = row;
    return adding.rows.read(await model.infer(row, [row.length], work), model, row);
  },
  ensemble: { fuse: (answers) => ({ total: answers.reduce((sum, { total }) => sum + total, 0), confidence: 0.5 }) },
  confidenceOf: ({ confidence }) => confidence,
  watch: {} as never,
  truths: {} as never,
  classesOf: ({ total }) => [String(total)],
  describe: ({ total }) => ({ total }),
  check: () => undefined,
  golden: {} as never,
  encoded: {
    name: 'numbers',
    fromText: (text) => Buffer.from(text, 'base64'),
    async toRow(bytes) {
      const row = Float32Array.from(bytes);
      return { row, seen: row };
    },
  },
  rows: { see: (row) => row, read: (outputs) => ({ total: outputs['sum']!.data[0] as number, confidence: 0.9 }) },
};

/** Runs a model that adds up the values of each row. */
const addingHost: SessionHost = {
  idle: 1,
  blocking: true,
  healthy: true,
  load: () => Promise.resolve(),
  run(_key, { x }) {
    const rows = x!.dims[0]!;
    const width = x!.data.length / rows;
    const sums = Array.from({ length: rows }, (_, row) =>
      (x!.data as Float32Array).subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
    );
    return { sum: { type: 'float32', data: Float32Array.from(sums), dims: [rows, 1] } };
  },
  whenIdle: (callback) => callback(),
  close: () => Promise.resolve(),
};

async function modelOf(version: string, width: number): Promise<ServedModel> {
  const manifest = {
    task: 'sums',
    version,
    sha256: version,
    labels: [],
    maxBatchRows: 2,
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, width] }],
    outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1, 1] }],
  };
  const files = { manifest: manifest as unknown as Manifest, directory: '', reference: `sums/${version}`, bytes: new Uint8Array() } as ModelFiles;
  return ServedModel.open(files, {
    host: addingHost,
    threads: 1,
    executionProviders: [],
    queueMaxRows: 8,
    metrics: { dispatched: () => undefined, ran: () => undefined },
  });
}

/** v1 takes rows of 3, v2 rows of 4 numbers; v1 gets all of the weight unless said. */
async function startPlane({ weights = { v1: 1, v2: 0 }, isLoading = false } = {}) {
  const metrics = createMetrics();
  const slots = new Map<string, Slot>();
  for (const [version, width] of [
    ['v1', 3],
    ['v2', 4],
  ] as const)
    slots.set(version, isLoading ? { status: 'loading' } : { status: 'ready', model: await modelOf(version, width) });
  const models = {
    slots,
    get ready() {
      return [...slots.values()].flatMap((slot) => (slot.status === 'ready' ? [slot.model] : []));
    },
    get allReady() {
      return [...slots.values()].every(({ status }) => status === 'ready');
    },
  };
  const noted: unknown[] = [];
  const audited: { readonly call: Pick<Call, 'id' | 'isShadow'>; readonly bytes: Buffer | undefined }[] = [];
  const plane = new DataPlane({
    task: adding as Task<readonly number[], Total>,
    models,
    weights,
    metrics,
    servingMetrics: createServingMetrics(metrics.registry, 'digit'),
    observer: { look: () => ({}), note: (note: unknown) => noted.push(note) } as never,
    auditor: {
      record: (_model: unknown, _input: unknown, _answer: unknown, _ms: number, call: Call, bytes: Buffer | undefined) => audited.push({ call, bytes }),
      recordSent: (_model: unknown, { bytes }: { bytes: Buffer }, _answer: unknown, _ms: number, call: Call) => audited.push({ call, bytes }),
    } as never,
  });
  const count = async (name: string, labels: Readonly<Record<string, string>>): Promise<number> => {
    const values = (await metrics.registry.getSingleMetric(name)!.get()).values;
    return values.find((value) => Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted))?.value ?? 0;
  };
  return { plane, slots, noted, audited, count };
}

const from = (overrides: Partial<Call>): Call => ({
  id: 'a-call',
  user: undefined,
  caller: undefined,
  isShadow: false,
  version: undefined,
  notes: {},
  deadlineAt: performance.now() + 60_000,
  cancelled: false,
  clock: new StageClock(),
  ...overrides,
});

const file = (...numbers: number[]): Payload => ({ kind: 'file', bytes: Buffer.from(numbers) });

function predicting(payload: Payload, overrides: Partial<PredictCall> = {}): PredictCall {
  return { ...from(overrides), options: () => ({}), input: () => payload, ...overrides };
}

function inferring(request: TensorRequest, overrides: Partial<InferCall<TensorRequest, Tensors>> = {}): InferCall<TensorRequest, Tensors> {
  return { ...from(overrides), receive: () => Promise.resolve(() => request), respond: (_request, outputs) => Promise.resolve(outputs), ...overrides };
}

/** Rows of a tensor, each of the same length. */
const rows = (...values: number[][]): TensorRequest => ({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [values.length, values[0]!.length], values: Float32Array.from(values.flat()), isText: false }],
  outputs: undefined,
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

describe('predict', () => {
  it('takes bytes, options and a caller, and gives the answer and its version', async () => {
    const { plane, noted, audited, count } = await startPlane();
    const call = predicting(file(1, 2), { options: () => ({ more: 4 }), caller: 'someone' });
    const { answer, input, model } = await plane.predict(call);
    expect({ answer, input, version: model.version, notes: call.notes }).toEqual({
      answer: { total: 7, confidence: 0.9 },
      input: [1, 2, 4],
      version: 'v1',
      notes: { version: 'v1', total: 7 },
    });
    expect(call.clock.spent('infer')).toBeGreaterThanOrEqual(0);
    expect(noted).toMatchObject([{ answer, call: { id: 'a-call', caller: 'someone' } }]);
    expect(audited).toMatchObject([{ bytes: Buffer.from([1, 2]) }]);
    expect(await count('model_predictions_total', { version: 'v1', status: 'success' })).toBe(1);
    expect(await count('predicted_classes_total', { class: '7' })).toBe(1);
  });

  it('takes documents', async () => {
    const { plane } = await startPlane();
    expect((await plane.predict(predicting({ kind: 'document', value: [1, 2, 3] }))).answer.total).toBe(6);
  });

  it('is made by the version that the call names, or by all of them together', async () => {
    const { plane, slots } = await startPlane();
    expect((await plane.predict(predicting(file(1, 2, 3, 4), { version: 'v2' }))).model.version).toBe('v2');
    const together = await plane.predict(predicting(file(1, 2, 3), { version: 'ensemble' }));
    expect([together.model.version, together.answer.total]).toEqual(['ensemble', 12]);
    expect(await codeOf(plane.predict(predicting(file(1), { version: 'v9' })))).toBe('unknown-version');
    slots.set('v2', { status: 'failed', reason: 'no file' });
    expect(await codeOf(plane.predict(predicting(file(1), { version: 'v2' })))).toBe('starting');
  });

  it('keeps to a version that was chosen before', async () => {
    const { plane, count } = await startPlane({ weights: { v1: 1, v2: 1 } });
    const model = plane.choose(from({}));
    for (let index = 0; index < 8; index += 1) expect((await plane.predict(predicting(file(1)), model)).model.version).toBe(model.version);
    expect(await count('version_assignments_total', { version: model.version })).toBe(1);
  });

  it('counts what the task refuses as a failed prediction, and wrong options as none', async () => {
    const { plane, count } = await startPlane();
    const failed = () => count('model_predictions_total', { version: 'v1', status: 'error' });
    const wrongOptions = () => {
      throw new Problem('invalid-field', 'more: expected a number');
    };
    expect(await codeOf(plane.predict(predicting(file(1), { options: wrongOptions })))).toBe('invalid-field');
    expect(await failed()).toBe(0);
    expect(await codeOf(plane.predict(predicting({ kind: 'document', value: 'one' })))).toBe('invalid-field');
    expect(await failed()).toBe(1);
  });

  it('ends at the deadline', async () => {
    const { plane } = await startPlane();
    expect(await codeOf(plane.predict(predicting(file(1), { deadlineAt: performance.now() - 1 })))).toBe('deadline-exceeded');
  });

  it('counts a copy of another request apart, audits it as such, and shows it to no other observer', async () => {
    const { plane, noted, audited, count } = await startPlane();
    await plane.predict(predicting(file(1), { isShadow: true }));
    await codeOf(plane.predict(predicting({ kind: 'document', value: 0 }, { isShadow: true })));
    expect(noted).toEqual([]);
    expect(audited).toMatchObject([{ call: { isShadow: true } }]);
    for (const status of ['success', 'error']) {
      expect(await count('shadow_predictions_total', { version: 'v1', status })).toBe(1);
      expect(await count('model_predictions_total', { version: 'v1', status })).toBe(0);
    }
  });
});

describe('infer', () => {
  it('takes tensors, and gives the outputs of the model', async () => {
    const { plane, noted } = await startPlane();
    const call = inferring(rows([1, 2, 3], [4, 5, 6], [7, 8, 9]));
    const { model, response } = await plane.infer(call);
    expect([model.version, [...response['sum']!.data], response['sum']!.dims]).toEqual(['v1', [6, 15, 24], [3, 1]]);
    expect(call.notes).toEqual({ version: 'v1' });
    // Rows are observed after the response, one a turn of the event loop.
    while (noted.length < 3) await new Promise(setImmediate);
    expect(noted).toMatchObject([{ call: { id: 'a-call.0' }, answer: { total: 6 } }, { call: { id: 'a-call.1' } }, { call: { id: 'a-call.2' } }]);
  });

  it('prepares what the task prepares, as bytes or as text', async () => {
    const { plane } = await startPlane();
    const items = (isText: boolean, ...values: Buffer[]): TensorRequest => ({
      inputs: [{ name: 'numbers', datatype: 'BYTES', shape: [values.length], values, isText }],
      outputs: [{ name: 'sum' }],
    });
    const bytes = Buffer.from([1, 2, 3]);
    expect([...(await plane.infer(inferring(items(false, bytes, bytes)))).response['sum']!.data]).toEqual([6, 6]);
    expect([...(await plane.infer(inferring(items(true, Buffer.from(bytes.toString('base64')))))).response['sum']!.data]).toEqual([6]);
  });

  it('finds a version that takes the shape, unless the call names one', async () => {
    const { plane, count } = await startPlane();
    expect((await plane.infer(inferring(rows([1, 2, 3, 4])))).model.version).toBe('v2');
    expect(await codeOf(plane.infer(inferring(rows([1, 2, 3, 4]), { version: 'v1' })))).toBe('invalid-inference');
    expect(await count('model_predictions_total', { version: 'v1', status: 'error' })).toBe(1);
  });

  it('refuses outputs that the model does not have, before it runs', async () => {
    const { plane } = await startPlane();
    for (const outputs of [[{ name: 'mean' }], [{ name: 'sum' }, { name: 'sum' }]])
      expect(await codeOf(plane.infer(inferring({ ...rows([1, 2, 3]), outputs })))).toBe('invalid-inference');
  });

  it('counts what could not be received or written as failed', async () => {
    const { plane, count } = await startPlane();
    const refuse = () => Promise.reject(new Problem('body-too-large'));
    expect(await codeOf(plane.infer(inferring(rows([1, 2, 3]), { receive: refuse })))).toBe('body-too-large');
    expect(await codeOf(plane.infer(inferring(rows([1, 2, 3]), { respond: refuse })))).toBe('body-too-large');
    await plane.infer(inferring(rows([1, 2, 3])));
    const [{ success, fail, stages }] = (await plane.statistics('v1')) as [Awaited<ReturnType<typeof plane.statistics>>[number]];
    expect([success.count, fail.count, stages.infer.count]).toEqual([1, 2, 3]);
    expect(await count('model_predictions_total', { version: 'v1', status: 'error' })).toBe(2);
  });

  it('leaves copies of other requests out of the statistics', async () => {
    const { plane, noted } = await startPlane();
    await plane.infer(inferring(rows([1, 2, 3]), { isShadow: true }));
    await new Promise(setImmediate);
    expect(noted).toEqual([]);
    expect((await plane.statistics()).map(({ version, success }) => [version, success.count])).toEqual([
      ['v1', 0],
      ['v2', 0],
    ]);
  });
});

describe('metadata and readiness', () => {
  it('are those of one version, or of all that are ready', async () => {
    const { plane, slots } = await startPlane();
    expect(plane.metadata().map(({ version }) => version)).toEqual(['v1', 'v2']);
    expect(plane.metadata('v2').map(({ version }) => version)).toEqual(['v2']);
    expect([plane.isReady, plane.isVersionReady('v2'), plane.isVersionReady('v9'), plane.defaultVersion]).toEqual([true, true, false, 'v1']);
    slots.set('v2', { status: 'loading' });
    expect([plane.isReady, plane.isVersionReady('v2'), plane.isVersionReady(undefined)]).toEqual([false, false, true]);
    expect(plane.metadata().map(({ version }) => version)).toEqual(['v1']);
  });

  it('say so while no model is ready', async () => {
    const { plane } = await startPlane({ isLoading: true });
    expect([plane.isReady, plane.isVersionReady(undefined)]).toEqual([false, false]);
    expect(() => plane.metadata()).toThrow(Problem);
    expect(await codeOf(plane.predict(predicting(file(1))))).toBe('starting');
    expect(await codeOf(plane.infer(inferring(rows([1, 2, 3]))))).toBe('starting');
  });
});
