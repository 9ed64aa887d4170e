import { classificationContract, envelope, inferenceOperations, kinds, type ClassificationAnswer, type Envelope, type Experiments } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { parseReference } from '../../../packages/drift/src/index.ts';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import request, { type Test } from 'supertest';
import { WebSocket } from 'ws';
import { importModel } from '../../../scripts/models/import.ts';
import { tinyClassifier } from '../../../scripts/models/import/fixtures/tiny-models.ts';
import { list } from '../../../scripts/models/list.ts';
import { pull } from '../../../scripts/models/pull.ts';
import { push } from '../../../scripts/models/push.ts';
import { reference } from '../../../scripts/models/reference.ts';
import { verify } from '../../../scripts/models/verify.ts';

// Models are imported and services started, on machines that may be busy.
jest.setTimeout(300_000);

type Answer = Envelope & ClassificationAnswer;

const answerSchema = envelope.extend(classificationContract.answer.shape);
const streamSchema = classificationContract.stream.answers[101].content['application/json'].schema;

/** A picture of one colour. */
const plain = (background: string, format: 'jpeg' | 'png' = 'png', width = 90, height = 60): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

/** What a trained network and its calibration would say of a manifest: below 0.9, a picture shows no flower. */
const rejection = { score: 'max-probability', threshold: 0.9, accepted: 0.95, auroc: 0.9, scores: {}, classes: {}, command: 'none' };

describe('classifiers of one’s own, from a file to the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'own-classifier-'));
  const models = join(folder, 'models');
  let [gateway, flowers, tags]: (SpawnedService | undefined)[] = [];
  let [red, green, grey]: [Buffer, Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)];

  const run = async (command: typeof importModel, ...args: string[]): Promise<{ code: number; said: string }> => {
    const lines: string[] = [];
    const add = (line: string) => void lines.push(line);
    const code = await command.run(args, { env: {}, print: add, note: add });
    return { code, said: lines.join('\n') };
  };
  const bring = async (name: string, model: Uint8Array, ...args: string[]) => {
    writeFileSync(join(folder, name), model);
    return run(importModel, join(folder, name), '--kind', 'classification', '--models-dir', models, ...args);
  };
  const change = (path: string, changes: object): void => {
    const file = join(models, path);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
  };
  const post = (path: string): Test => request(gateway!.url).post(path);
  const ask = async (test: Test): Promise<Answer> => {
    const { status, body } = await test;
    expect({ status, faults: answerSchema.safeParse(body).error?.issues }).toEqual({ status: 200, faults: undefined });
    return body as Answer;
  };
  const askPicture = (path: string, picture: Buffer): Promise<Answer> => ask(post(path).set('content-type', 'image/png').send(picture));

  let imported: string;
  beforeAll(async () => {
    [red, green, grey] = await Promise.all([plain('#f00'), plain('#0f0'), plain('#777')]);
    const names = join(folder, 'names.txt');
    writeFileSync(names, 'rose\nleaf\nsky\n');
    const golden = join(folder, 'golden.jpg');
    writeFileSync(golden, await plain('#e01010', 'jpeg'));
    const common = ['--labels', names, '--golden', golden];
    imported = (await bring('flowers.onnx', tinyClassifier(), '--task', 'flowers', '--title', 'Flowers', ...common)).said;
    await bring('more.onnx', tinyClassifier({ gain: 1, ends: 'Softmax', layout: 'nhwc' }), '--task', 'flowers', ...common);
    await bring('tags.onnx', tinyClassifier({ gain: 8, ends: 'Sigmoid' }), '--task', 'tags', '--multi-label', '--range', '0-1', ...common);
    change('flowers/task.json', { defaults: { top_k: 2 } });
    change('flowers/v2/manifest.json', { rejection });

    const env = { MODELS_DIR: models };
    [flowers, tags] = await Promise.all([
      spawnService('classification', { ...env, TASK: 'flowers' }),
      spawnService('classification', { ...env, TASK: 'tags', MODEL_VERSIONS: 'v1' }),
    ]);
    gateway = await spawnService('gateway', {
      TASKS: 'flowers:classification,tags:classification',
      TASK_FLOWERS_URL: flowers.url,
      TASK_TAGS_URL: tags.url,
      TASK_TAGS_VERSIONS: 'v1',
      SHADOW_SHARE: '1',
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all([flowers?.stop(), tags?.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('are imported with a golden image and what was taken for granted', () => {
    expect(imported).toContain('Assumed, as for ImageNet: --resize, --range, --mean, --std, --colour.');
    expect(imported).toContain('flowers.onnx: logits, 3 classes, opset 13, output [-1, 3]; trying it in a classification service');
    expect(imported).toContain("It takes the golden image for 'rose'.");
    const written = join(models, 'flowers', 'v1');
    expect(JSON.parse(readFileSync(join(written, 'golden', 'output.json'), 'utf8'))).toMatchObject({
      label: 'rose',
      probabilities: { rose: expect.any(Number) as number },
    });
    expect(readFileSync(join(written, 'card.md'), 'utf8')).toContain(
      '| Images | shorter side to 37, middle 32x32, bilinear, rgb, 0 to 1, mean 0.485,0.456,0.406',
    );
  });

  it('are predicted by the name of their task', async () => {
    const answer = await askPicture('/flowers/v1/predict', red);
    // The mean colour, normalised, times 3, less 1.5: what the graph says, reckoned here.
    const logits = [1, 0, 0].map((value, channel) => 3 * ((value - [0.485, 0.456, 0.406][channel]!) / [0.229, 0.224, 0.225][channel]!) - 1.5);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    expect(answer).toMatchObject({ version: 'v1', class_id: 0, class_name: 'rose', rejected: false, reject_reason: null });
    expect(answer).not.toHaveProperty('labels');
    expect(answer.confidence).toBeCloseTo(Math.exp(logits[0]!) / sum, 5);
    // Two by its declaration.
    expect(answer.top.map(({ class_name }) => class_name)).toEqual(['rose', 'sky']);
    expect(answer.top[1]!.confidence).toBeCloseTo(Math.exp(logits[2]!) / sum, 5);
    expect(await askPicture('/flowers/predict', green)).toMatchObject({ class_id: 1, class_name: 'leaf' });
    expect((await post('/flowers/v1/predict').attach('file', red, 'x')).headers['x-model']).toMatch(/^flowers\/v1@sha256:[0-9a-f]{64}$/);
  });

  it('take options from the form, the query and JSON alike', async () => {
    const count = async (test: Test) => (await ask(test)).top.length;
    expect(await count(post('/flowers/v1/predict').field('top_k', '3').attach('file', red, 'x'))).toBe(3);
    expect(await count(post('/flowers/v1/predict?top_k=1').attach('file', red, 'x'))).toBe(1);
    expect(await count(post('/flowers/v1/predict').send({ image: red.toString('base64'), top_k: 1 }))).toBe(1);
    expect(await count(post('/flowers/v1/predict?top_k=1000').attach('file', red, 'x'))).toBe(3);
    for (const query of ['top_k=0', 'top_k=half', 'top_k=1001', 'threshold=2']) {
      const { status, body } = await post(`/flowers/v1/predict?${query}`).attach('file', red, 'x');
      expect({ status, code: (body as { code: string }).code }).toEqual({ status: 422, code: 'invalid-field' });
    }
  });

  it('reject what shows none of their classes, where that was calibrated', async () => {
    expect(await askPicture('/flowers/v2/predict', red)).toMatchObject({ class_name: 'rose', rejected: false, reject_reason: null });
    const unsure = await askPicture('/flowers/v2/predict', grey);
    expect(unsure).toMatchObject({ rejected: true, reject_reason: 'not-in-classes' });
    expect(unsure.confidence).toBeLessThan(0.9);
    expect(await askPicture('/flowers/v1/predict', grey)).toMatchObject({ rejected: false, reject_reason: null });
  });

  it('give several labels over a threshold, where the model does', async () => {
    const purple = await plain('#f0f');
    const answer = await askPicture('/tags/predict', purple);
    expect(answer.labels!.map(({ class_name }) => class_name).toSorted()).toEqual(['rose', 'sky']);
    // 1 / (1 + exp(-(8 - 4))) for each.
    for (const { confidence } of answer.labels!) expect(confidence).toBeCloseTo(1 / (1 + Math.exp(-4)), 5);
    expect(answer.top).toHaveLength(3);
    expect((await askPicture('/tags/predict?threshold=0.01', purple)).labels).toHaveLength(3);
    expect((await askPicture('/tags/predict?threshold=0.99&top_k=1', purple)).labels).toEqual([]);
    const { text } = await request(tags!.url).get('/metrics').expect(200);
    expect(text).toMatch(/^predicted_classes_total\{class="sky"\} 2$/m);
  });

  it('answer batches, each item with its own options or problem', async () => {
    const image = red.toString('base64');
    const items = [{ image }, { image, top_k: 3 }, { image: 'AAAA' }, { image, top_k: 0 }];
    const { body } = await post('/flowers/batch/predict').set('x-model-version', 'v1').send({ items }).expect(200);
    const { batch } = inferenceOperations(classificationContract, ['v1']);
    expect(batch.answers[200]!.content['application/json']!.schema!.safeParse(body).error?.issues).toBeUndefined();
    expect(body).toMatchObject({
      succeeded: 2,
      failed: 2,
      results: [
        { result: { top: { length: 2 } } },
        { result: { top: { length: 3 } } },
        { problem: { code: 'unsupported-image' } },
        { problem: { code: 'invalid-field' } },
      ],
    });
    const form = await post('/flowers/batch/predict').attach('file', red, 'a').attach('file', green, 'b').expect(200);
    expect(form.body).toMatchObject({ results: [{ result: { class_name: 'rose' } }, { result: { class_name: 'leaf' } }] });
  });

  it('answer together with the mean of their probabilities', async () => {
    const [one, other, both] = [
      await askPicture('/flowers/v1/predict?top_k=3', grey),
      await askPicture('/flowers/v2/predict?top_k=3', grey),
      await askPicture('/flowers/ensemble/predict?top_k=3', grey),
    ];
    const shareOf = ({ top }: Answer, id: number) => top.find(({ class_id }) => class_id === id)!.confidence;
    for (const id of [0, 1, 2]) expect(shareOf(both, id)).toBeCloseTo((shareOf(one, id) + shareOf(other, id)) / 2, 6);
    // One of them has no threshold.
    expect(both).toMatchObject({ version: 'ensemble', rejected: false });
    expect((await askPicture('/flowers/ensemble/predict?top_k=1', grey)).top).toHaveLength(1);
  });

  it('are models of the Open Inference Protocol, for images and for tensors', async () => {
    expect((await request(gateway!.url).get('/v2/models/flowers/versions/1').expect(200)).body).toMatchObject({
      name: 'flowers',
      inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 3, 32, 32] }],
    });
    const infer = async (input: object): Promise<number[]> => {
      const { body } = await post('/v2/models/flowers/versions/1/infer')
        .send({ inputs: [input] })
        .expect(200);
      return (body as { outputs: { data: number[] }[] }).outputs[0]!.data;
    };
    const [encoded, twice] = [
      await infer({ name: 'image', shape: [1], datatype: 'BYTES', data: [red.toString('base64')] }),
      await infer({ name: 'image', shape: [2], datatype: 'BYTES', data: [green.toString('base64'), red.toString('base64')] }),
    ];
    expect(twice.slice(3)).toEqual(encoded);
    // The red picture as the model takes it: each plane of one value.
    const planes = [1, 0, 0].map((value, channel) => (value - [0.485, 0.456, 0.406][channel]!) / [0.229, 0.224, 0.225][channel]!);
    const data = planes.flatMap((value) => Array.from({ length: 32 * 32 }, () => value));
    const tensor = await infer({ name: 'pixels', shape: [1, 3, 32, 32], datatype: 'FP32', data });
    for (const [index, value] of tensor.entries()) expect(value).toBeCloseTo(encoded[index]!, 3);
  });

  it('answer streams of images', async () => {
    const socket = new WebSocket(`${gateway!.url.replace(/^http/, 'ws')}/flowers/stream?version=v1&top_k=1`);
    const messages: ReturnType<typeof streamSchema.parse>[] = [];
    socket.on('message', (data) => messages.push(streamSchema.parse(JSON.parse((data as Buffer).toString('utf8')))));
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const next = async (picture: Buffer | undefined, count: number): Promise<unknown> => {
      if (picture) socket.send(picture);
      for (let tries = 0; tries < 2500 && messages.length < count; tries += 1) await sleep(10);
      return messages[count - 1];
    };
    expect(await next(undefined, 1)).toMatchObject({ type: 'hello', version: 'v1', model: expect.stringMatching(/^flowers\/v1@/) as string });
    expect(await next(red, 2)).toMatchObject({
      type: 'answer',
      frame: 0,
      class_name: 'rose',
      top: [{ class_id: 0 }],
      stages: { decode: expect.any(Number) as number },
    });
    expect(await next(Buffer.from('no picture'), 3)).toMatchObject({ type: 'problem', frame: 1, problem: { code: 'unsupported-image' } });
    expect(await next(green, 4)).toMatchObject({ type: 'answer', frame: 2, class_name: 'leaf' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('text');
    expect(await closed).toBe(1003);
    expect((await request(flowers!.url).get('/metrics')).text).toMatch(/^stream_frames_total\{outcome="answered"\} 2$/m);
  });

  it('are compared by their classes', async () => {
    for (let tries = 0; tries < 50; tries += 1) {
      await askPicture('/flowers/predict', red);
      const { services } = (await request(gateway!.url).get('/experiments').expect(200)).body as { services: Record<string, Experiments> };
      const [agreement] = services['flowers']!.agreement;
      if (agreement && agreement.compared > 2) return expect(agreement.agreed).toBeGreaterThan(0);
      await sleep(50);
    }
    throw new Error('no two answers were compared');
  });

  it('are documented like the tasks that every suite has', async () => {
    const { paths } = (await request(gateway!.url).get('/openapi.json').expect(200)).body as { paths: Record<string, Record<string, { tags: string[] }>> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/flowers/predict', '/flowers/stream', '/tags/v1/predict', '/flowers/samples']));
    expect(paths['/flowers/stream']!['get']!.tags).toEqual(['flowers']);
    // A kind is no task: only what TASKS names is served.
    expect(Object.keys(paths).filter((path) => Object.keys(kinds).some((kind) => path.startsWith(`/${kind}/`)))).toEqual([]);
  });

  it('get a reference for drift from images of their own', async () => {
    const pictures = join(folder, 'pictures');
    for (const [label, colours] of [
      ['rose', ['#f00', '#e11', '#c22']],
      ['leaf', ['#0f0', '#1c1', '#f00']],
    ] as const) {
      mkdirSync(join(pictures, label), { recursive: true });
      for (let index = 0; index < 12; index += 1) writeFileSync(join(pictures, label, `${index}.png`), await plain(colours[index % 3]!, 'png', 40 + index, 50));
    }
    const args = ['--task', 'flowers', '--version', 'v1', '--models-dir', models, '--from'];
    await expect(run(reference, ...args, join(pictures, 'rose'))).rejects.toThrow('--from: expected at least 20 images');
    expect(await run(reference, ...args, pictures)).toMatchObject({ code: 0, said: expect.stringContaining('24 predictions') as string });
    const written = parseReference(readFileSync(join(models, 'flowers', 'v1', 'reference.json'), 'utf8'), 'reference.json');
    expect(written).toMatchObject({
      task: 'flowers',
      source: 'images in pictures',
      samples: 24,
      features: { width: { n: 24 }, class: { values: [0, 1], counts: [16, 8] } },
    });
    // A third of the leaves are red, and no leaves.
    const bins = written.reliability!;
    expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(24);
    expect(bins.reduce((sum, { n, accuracy }) => sum + n * accuracy, 0)).toBeCloseTo(20);
  });

  it('are listed, verified, pushed and pulled like any model', async () => {
    const here = ['--models-dir', models];
    expect((await run(list, ...here)).said).toMatch(/^flowers +v1 +flowers +not measured[^]*^tags +v1/m);
    expect(await run(verify, ...here)).toMatchObject({ code: 0, said: expect.stringContaining('3 of 3 models are sound') as string });
    const [store, copy] = [join(folder, 'store'), join(folder, 'copy')];
    await run(push, store, '--task', 'tags', ...here);
    expect((await run(pull, store, '--models-dir', copy)).said).toMatch(/^tags\/v1@sha256:[0-9a-f]{64} pulled from/);
    cpSync(join(models, 'tags', 'task.json'), join(copy, 'tags', 'task.json'));
    expect((await run(verify, '--models-dir', copy)).code).toBe(0);
  });
});
