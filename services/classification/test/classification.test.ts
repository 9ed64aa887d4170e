import { verifyLines } from '@facet/audit';
import { classificationContract, sampleSchemas, type DriftStatus } from '@facet/contracts';
import { settledDrift, spawnService, type SpawnedService } from '@facet/testkit';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import request from 'supertest';
import { tinyClassifier } from '../../../scripts/models/import/fixtures/tiny-models.ts';

const plain = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 40, channels: 3, background } })
    .png()
    .toBuffer();

/** A model folder with all that a service asks of it; the golden answer is whatever comes. */
async function writeModel(folder: string, task: string, version: string, multiLabel: boolean): Promise<void> {
  const model = tinyClassifier({ gain: 8 });
  const place = join(folder, task, version);
  const picture = { kind: 'picture', width: 32, height: 32, resize: { method: 'stretch' }, interpolation: 'bilinear', colour: 'rgb', layout: 'nchw' };
  const facts = { name: 'tiny', description: '', architecture: '', opset: 13, precision: 'fp32', parameters: 12, layers: 1, accuracy: null, metrics: [] };
  const manifest = {
    ...facts,
    task,
    version,
    file: 'model.onnx',
    sha256: createHash('sha256').update(model).digest('hex'),
    bytes: model.length,
    inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 3, 32, 32] }],
    outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 3] }],
    labels: ['rose', 'leaf', 'sky'],
    preprocessing: { ...picture, range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1] },
    head: { layout: 'classes', scores: 'logits', multiLabel },
    host: 'inline',
    maxBatchRows: 8,
    licence: '',
    source: '',
    attribution: '',
    created: '2026-01-01',
  };
  mkdirSync(join(place, 'golden'), { recursive: true });
  writeFileSync(join(place, 'model.onnx'), model);
  writeFileSync(join(place, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(
    join(place, 'golden', 'input.jpg'),
    await sharp(await plain('#f00'))
      .jpeg()
      .toBuffer(),
  );
  writeFileSync(join(place, 'golden', 'output.json'), '{}');
}

describe('what is kept of images', () => {
  const folder = mkdtempSync(join(tmpdir(), 'classification-'));
  const schemas = sampleSchemas(classificationContract);
  let service: SpawnedService;
  const start = (task: string, env: Record<string, string> = {}) =>
    spawnService('classification', {
      TASK: task,
      MODELS_DIR: join(folder, 'models'),
      MODEL_VERSIONS: 'v1',
      SAMPLES_DIR: join(folder, 'samples', task),
      LABELLING: 'true',
      UNCERTAINTY_THRESHOLD: '0',
      OBSERVE_MAX_PER_SECOND: '100000',
      ...env,
    });
  const feedback = (input: Buffer, truth: object) =>
    request(service.url)
      .post('/samples')
      .send({ input: { image: input.toString('base64') }, truth });
  const labelled = async () => schemas.list.parse((await request(service.url).get('/samples?state=labelled').expect(200)).body).samples;

  beforeAll(async () => {
    await writeModel(join(folder, 'models'), 'flowers', 'v1', false);
    await writeModel(join(folder, 'models'), 'tags', 'v1', true);
  });
  afterEach(() => service.stop());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are samples with a class, drift of image and class, and a record a prediction', async () => {
    service = await start('flowers', { AUDIT: 'hash', AUDIT_TO: join(folder, 'audit'), STATE_DIR: join(folder, 'state') });
    const colours = ['#f00', '#0c0', '#36c'];
    for (let index = 0; index < 30; index += 1)
      await request(service.url)
        .post('/predict')
        .attach('file', await plain(colours[index % 3]!), 'x.png')
        .expect(200);

    const added = schemas.sample.parse((await feedback(await plain('#f00'), { label: 'leaf' }).expect(201)).body);
    expect(added).toMatchObject({ guess: { label: 'rose' }, truth: { label: 'leaf' }, reason: 'feedback' });
    expect((await feedback(await plain('#f00'), { label: 'tree' }).expect(422)).body).toMatchObject({
      detail: expect.stringContaining('expected one of rose, leaf, sky'),
    });
    expect((await feedback(await plain('#f00'), { labels: ['rose'] }).expect(422)).body).toMatchObject({
      detail: expect.stringContaining('gives an image one label'),
    });
    const picture = await request(service.url).get(`/samples/${added.id}/input`).expect(200);
    expect(picture.headers['content-type']).toBe('image/png');

    const { versions } = await settledDrift<DriftStatus>(service.url, ({ versions: found }) => found['v1']!.observed === 30);
    expect(Object.keys(versions['v1']!.features)).toEqual([
      'brightness',
      'contrast',
      'sharpness',
      'saturation',
      'warmth',
      'width',
      'height',
      'confidence',
      'class',
    ]);
    await request(service.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    const summary = (await request(service.url).get('/metrics').set('accept', 'application/json').expect(200)).body as object;
    expect(summary).toMatchObject({ model_metrics: { predictions_by_class: { rose: 10, leaf: 10, sky: 10 } } });

    expect(await service.stop()).toBe(0);
    const files = readdirSync(join(folder, 'audit'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
    const lines = files.map((name) => readFileSync(join(folder, 'audit', name), 'utf8')).join('');
    expect(verifyLines(lines)).toMatchObject({ torn: false });
    expect(JSON.parse(lines.split('\n').find((line) => line.includes('"rose"'))!)).toMatchObject({
      record: { answer: { class_name: 'rose', rejected: false } },
    });
  });

  it('are samples with all of their labels, where a model gives several', async () => {
    service = await start('tags');
    const purple = await plain('#f0f');
    const added = schemas.sample.parse((await feedback(purple, { labels: ['sky'] }).expect(201)).body);
    expect((added.guess as { labels: string[] }).labels.toSorted()).toEqual(['rose', 'sky']);
    expect((await feedback(purple, { labels: [] }).expect(201)).body).toMatchObject({ truth: { labels: [] } });
    for (const [truth, what] of [
      [{ label: 'sky' }, 'gives an image several labels'],
      [{ labels: ['sky', 'tree'] }, 'expected one of rose, leaf, sky'],
      [{ labels: ['sky', 'sky'] }, 'expected each label once'],
    ] as const)
      expect((await feedback(purple, truth).expect(422)).body).toMatchObject({ code: 'invalid-field', detail: expect.stringContaining(what) });
    const correct = { verdict: 'correct', truth: { labels: ['rose', 'leaf'] }, replace: true };
    await request(service.url).post(`/samples/${added.id}/label`).send(correct).expect(200);
    expect((await labelled()).map(({ truth }) => truth)).toEqual(expect.arrayContaining([{ labels: ['rose', 'leaf'] }, { labels: [] }]));
  });
});
