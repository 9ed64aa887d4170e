import { spawnService, type SpawnedService } from '@facet/testkit';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { modelsDir } from '../folders.ts';
import { importModel } from '../import.ts';
import { verify } from '../verify.ts';
import { echo, tinyYolov8, ultralytics } from './fixtures/tiny-models.ts';

interface Ran {
  code: number;
  said: string;
}

// Services are started in most of these, which takes its time on a busy machine.
jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), 'facet-import-'));
const models = join(folder, 'models');
const place = join(models, 'detection', 'v2');
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function run(command: typeof importModel, ...args: string[]): Promise<Ran> {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const code = await command.run(args, { env: {}, print: add, note: add });
  return { code, said: lines.join('\n') };
}

const bring = (path: string, ...args: string[]): Promise<Ran> =>
  run(importModel, path, '--task', 'detection', '--version', 'v2', '--models-dir', models, ...args);

/** 128x128, grey but for one cell of the model, red: x 64 … 96, y 32 … 64. */
async function redSquare(): Promise<Uint8Array<ArrayBuffer>> {
  const red = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  const picture = sharp({ create: { width: 128, height: 128, channels: 3, background: '#808080' } }).composite([{ input: red, left: 64, top: 32 }]);
  return new Uint8Array(await picture.png().toBuffer());
}

describe('a detector of one’s own', () => {
  let service: SpawnedService;
  let imported: Ran;
  beforeAll(async () => {
    imported = await bring(file('colours.onnx', tinyYolov8()), '--golden', file('red.png', await redSquare()));
    service = await spawnService('detection', { MODEL_VERSIONS: 'v2', MODEL_V2_PATH: place });
  });
  afterAll(() => service.stop());

  it('is understood, and its licence warned of', () => {
    expect(imported.code).toBe(0);
    expect(imported.said).toContain('colours.onnx: yolov8 head, 2 classes, opset 13, output [1, 6, 16]');
    expect(imported.said).toContain('AGPL-3.0');
    expect(JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'))).toMatchObject({
      name: 'colours',
      labels: ['red', "painter's blue"],
      head: { layout: 'yolov8', boxFormat: 'cxcywh' },
      preprocessing: { size: 64, anchor: 'centre' },
      parameters: 6 * 3 * 256 + 6 * 16,
      layers: 1,
      accuracy: null,
      licence: ultralytics.license,
    });
    expect(JSON.parse(readFileSync(join(place, 'golden', 'output.json'), 'utf8'))).toMatchObject({ detections: [{ class_name: 'red' }] });
    expect(readFileSync(join(place, 'card.md'), 'utf8')).toContain('its accuracy here is unknown');
    expect(readdirSync(join(models, 'detection'))).toEqual(['task.json', 'v2']);
  });

  it('is served as detection v2 without touching code', async () => {
    const answer = await fetch(`${service.url}/v2/predict`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: await redSquare() });
    expect(await answer.json()).toMatchObject({
      version: 'v2',
      detections: [{ class_id: 0, class_name: 'red', confidence: expect.closeTo(1, 2), bbox: [64, 32, 96, 64] }],
    });
    const info = (await (await fetch(`${service.url}/model_info`)).json()) as { versions: object };
    expect(info.versions).toMatchObject({ v2: { accuracy: null, model_accuracy: null, metrics: [] } });
    const { model_accuracy } = (await (await fetch(service.url)).json()) as { model_accuracy: object };
    expect(model_accuracy).toEqual({ v2: null });
    const summary = await (await fetch(`${service.url}/metrics`, { headers: { accept: 'application/json' } })).json();
    expect(summary).toMatchObject({ model_metrics: { model_accuracy: null, predictions_by_class: { red: 1 } } });
  });

  it('is not replaced unasked, and a failed import leaves it as it was', async () => {
    await expect(bring(file('again.onnx', tinyYolov8()))).rejects.toThrow(/detection.v2 already holds a model; --replace puts this one in its place/);
    const before = readFileSync(join(place, 'manifest.json'));
    await expect(bring(file('noise.onnx', 'noise'), '--replace')).rejects.toThrow('expected an ONNX model');
    expect(readFileSync(join(place, 'manifest.json'))).toEqual(before);
  });

  it('is refused by name once a byte of it is wrong', async () => {
    expect(await run(verify, place)).toMatchObject({ code: 0, said: expect.stringMatching(/^ok .*detection\/v2@sha256:/) });
    const path = join(place, 'model.onnx');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const { code, said } = await run(verify, place);
    expect(code).toBe(1);
    expect(said).toContain(`FAIL  ${place}  ${path} is not the model that its manifest describes: sha256`);
  });
});

describe('what is refused', () => {
  const other = join(folder, 'other');
  const refuse = (path: string, ...args: string[]) => bring(path, '--models-dir', other, ...args);
  afterAll(() => expect(existsSync(join(other, 'detection', 'v2'))).toBe(false));

  it.each<[string, () => string, string[], string]>([
    ['another kind of file', () => file('model.zip', 'x'), [], "model.zip: expected a file ending in .onnx or .pt, found '.zip'."],
    [
      'a PyTorch archive under a wrong name',
      () => file('zip.onnx', 'PK\u0003\u0004rest'),
      [],
      'zip.onnx: expected an ONNX model, found a zip archive, as PyTorch writes it; give it the ending .pt, or export it to ONNX.',
    ],
    [
      'a pointer',
      () => file('lfs.onnx', 'version https://git-lfs.github.com/spec/v1'),
      [],
      "lfs.onnx: expected an ONNX model, found a Git LFS pointer; 'git lfs pull' brings the model.",
    ],
    ['an empty file', () => file('empty.onnx', ''), [], 'empty.onnx: expected an ONNX model, found an empty file.'],
    [
      'half a model',
      () => file('half.onnx', tinyYolov8().subarray(0, 5000)),
      [],
      'half.onnx: expected an ONNX model, found a file that is none or is cut short (a field reaches beyond its message).',
    ],
    [
      'a model for masks',
      () => file('seg.onnx', tinyYolov8({ ...ultralytics, task: 'segment' })),
      [],
      "seg.onnx: expected a detector, found a model for 'segment' by its own metadata.",
    ],
    [
      'no names',
      () => file('nameless.onnx', tinyYolov8({})),
      [],
      'nameless.onnx has 2 classes and does not name them: give their names with --labels FILE, one a line.',
    ],
    [
      'too many names',
      () => file('tiny.onnx', tinyYolov8()),
      ['--labels', file('three.txt', 'a\nb\nc\n')],
      'three.txt has 3 labels, but tiny.onnx has 2 classes.',
    ],
    ['another size', () => file('tiny.onnx', tinyYolov8()), ['--size', '640'], "tiny.onnx: --size says 640, but its input is 'images' [1, 3, 64, 64]."],
    [
      'channels last',
      () => file('last.onnx', echo([64, 64, 3])),
      [],
      "last.onnx: expected an input of [batch, 3, size, size], found 'in' [1, 64, 64, 3]; export it with channels first, for square images.",
    ],
    ['no detector', () => file('echo.onnx', echo([3, 32, 32])), [], "echo.onnx: its outputs are 'out' [1, 3, 32, 32]; expected one of"],
  ])('%s, with what was expected and what was found', async (_, path, args, sentence) => {
    await expect(refuse(path(), ...args)).rejects.toThrow(sentence);
  });
});

describe('PyTorch weights', () => {
  const python = (name: string, script: string): string => {
    const path = file(name, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const weights = (): string => file('best.pt', 'weights');
  // These stand in for a Python; the sandbox needs a real one.
  const elsewhere = ['--models-dir', join(folder, 'exported'), '--trust', '--no-sandbox'];

  it('are exported by Python, then imported like any model', async () => {
    const model = file('exported.onnx', tinyYolov8());
    // Arguments: the script, source, target, task, size.
    const { code, said } = await bring(weights(), ...elsewhere, '--python', python('works', `cp '${model}' "$3"`));
    expect(said).toContain('without a sandbox: code of the file can do all that you can do');
    expect(said).toContain('best.pt: was exported by its own package in another output format than PyTorch, so the two were not compared.');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'exported', 'detection', 'v2', 'manifest.json'))).toBe(true);
  });

  it('say what to install, and what went wrong', async () => {
    const into = [...elsewhere, '--replace'];
    await expect(bring(weights(), ...into, '--python', python('lacks', "echo 'a .pt file needs the Python package torch' >&2; exit 3"))).rejects.toThrow(
      /^best\.pt is exported by Python: a \.pt file needs the Python package torch, which .*lacks lacks; install it there/,
    );
    await expect(bring(weights(), ...into, '--python', python('refuses', "echo 'expected a model, found list' >&2; exit 4"))).rejects.toThrow(
      'best.pt: expected a model, found list.',
    );
    await expect(bring(weights(), ...into, '--python', join(folder, 'nowhere'))).rejects.toThrow('name one with --python that has torch');
    await expect(bring(weights(), ...into, '--python', python('fails', "echo 'KeyError: model' >&2; exit 1"))).rejects.toThrow(
      'best.pt could not be exported: KeyError: model',
    );
  });
});

describe('a classifier of one’s own', () => {
  const into = ['--models-dir', join(folder, 'classifiers'), '--trust', '--no-sandbox'];
  const bringHand = (path: string, ...args: string[]) => run(importModel, path, '--task', 'gesture', '--version', 'v1', '--replace', ...into, ...args);
  const labels = (count: number): string => file(`${count}.txt`, Array.from({ length: count }, (_, index) => `gesture ${index}`).join('\n'));
  const floats = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

  it('is taken by its class logits, and answers through the service', async () => {
    const shipped = readFileSync(join(modelsDir(undefined, {}), 'gesture', 'v1', 'model.onnx'));
    const { code, said } = await bringHand(file('hands.onnx', shipped), '--labels', labels(18));
    expect(code).toBe(0);
    expect(said).toContain('hands.onnx: 18 classes, opset 17, output [-1, 18]');
    const written = join(folder, 'classifiers', 'gesture', 'v1');
    // The example shows `like`, the fifth class.
    expect(JSON.parse(readFileSync(join(written, 'golden', 'output.json'), 'utf8'))).toMatchObject({ label: 'gesture 4' });
    expect(JSON.parse(readFileSync(join(written, 'manifest.json'), 'utf8'))).toMatchObject({ preprocessing: { kind: 'landmarks' }, host: 'inline' });
  });

  it('exported from PyTorch, is held against PyTorch’s own answer', async () => {
    // What it gets is what it gives, so that the noise is the right answer.
    const values = Array.from({ length: 42 }, (_, index) => index / 42 - 0.4);
    const exports = (answer: readonly number[]): string => {
      const parts = [file('echo.onnx', echo([42])), file('noise', floats(values)), file('answer', floats(answer))];
      const path = file('exports', `#!/bin/sh\ncp '${parts[0]}' "$3"; cp '${parts[1]}' "$3.noise"; cp '${parts[2]}' "$3.answer"\n`);
      chmodSync(path, 0o755);
      return path;
    };
    const weights = file('hands.pt', 'weights');
    const { code, said } = await bringHand(weights, '--labels', labels(42), '--python', exports(values));
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringContaining('hands.pt: its ONNX outputs match PyTorch on random input, to 0.0 % of their range.'),
    });
    await expect(bringHand(weights, '--labels', labels(42), '--python', exports(values.with(7, 0.5)))).rejects.toThrow(
      /^hands\.pt: expected its ONNX outputs to match PyTorch, found differences up to \d+ % of their range on random input\.$/,
    );
    await expect(bringHand(weights, '--labels', labels(42), '--python', exports([1, 2]))).rejects.toThrow(
      'hands.pt: expected 2 numbers as PyTorch gives them, found 42 from its ONNX.',
    );
  });

  it.each<[string, number[], string]>([
    ['pixels', [1, 28, 28], "in.onnx: expected an input of [batch, 42] (x and y of 21 landmarks), found 'in' [1, 1, 28, 28]."],
    ['landmarks with depth', [63], "in.onnx: expected an input of [batch, 42] (x and y of 21 landmarks), found 'in' [1, 63]."],
  ])('that takes %s is refused', async (_, shape, sentence) => {
    await expect(bringHand(file('in.onnx', echo(shape)), '--labels', labels(42))).rejects.toThrow(sentence);
  });
});

describe('smaller forms', () => {
  const python = (name: string, script: string): string => {
    const path = file(name, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const model = (): string => file('large.onnx', tinyYolov8());
  const into = ['--models-dir', join(folder, 'compressed'), '--replace'];

  it('are made by Python and imported in place of the original, with how far they stray', async () => {
    // Arguments: the script, source, target, wishes.
    const works = python('compresses', `cp "$2" "$3"; echo "$4 $5" >'${join(folder, 'wishes')}'; echo '{"difference": 0.0123, "bytes": 77}'`);
    const { code, said } = await bring(model(), ...into, '--optimize', '--quantize', '--python', works);
    expect(code).toBe(0);
    expect(said).toMatch(/large\.onnx: [\d,]+ bytes became 77; on noise its outputs moved by at most 1\.23 % of their range\./);
    expect(readFileSync(join(folder, 'wishes'), 'utf8')).toBe('--optimize --quantize\n');
  });

  it('are refused when they are another model, or Python cannot make them', async () => {
    const strays = python('strays', `cp "$2" "$3"; echo '{"difference": 0.6, "bytes": 77}'`);
    await expect(bring(model(), ...into, '--quantize', '--python', strays)).rejects.toThrow(
      "large.onnx: after --quantize its outputs lie up to 60.00 % of their range from the original's; import it as it is.",
    );
    const lacks = python('has-none', 'echo "ModuleNotFoundError: No module named \'onnx\'" >&2; exit 1');
    await expect(bring(model(), ...into, '--optimize', '--python', lacks)).rejects.toThrow(
      /--optimize failed in .*has-none: ModuleNotFoundError: No module named 'onnx'/,
    );
    await expect(bring(model(), ...into, '--optimize', '--python', join(folder, 'nowhere'))).rejects.toThrow(
      'name one with --python that has onnxruntime and onnx',
    );
  });
});
