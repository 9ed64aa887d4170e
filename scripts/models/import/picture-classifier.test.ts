import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tools } from '../../kinds/classification.ts';
import { tinyClassifier } from './fixtures/tiny-models.ts';
import { readOnnx } from './onnx-file.ts';
import { readImportOptions } from './options.ts';
import { requireFit } from './require-fit.ts';
import { understand } from './understand.ts';
import type { Understood } from './understood.ts';

const folder = mkdtempSync(join(tmpdir(), 'facet-pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

function labels(...names: string[]): string[] {
  const path = join(folder, `${names.length}.txt`);
  writeFileSync(path, names.join('\n'));
  return ['--labels', path];
}

const rgb = labels('red', 'green', 'blue');

async function look(model: Uint8Array, ...args: string[]): Promise<{ found: Understood; said: string }> {
  const options = readImportOptions(['c.onnx', '--task', 'colours', '--kind', 'classification', ...args]);
  await requireFit('classification', options);
  const lines: string[] = [];
  const found = await understand(model, readOnnx(model, 'c.onnx'), tools, options, (line) => void lines.push(line));
  return { found, said: lines.join('\n') };
}

describe('what a file tells', () => {
  it('is size, layout and scores; the rest is as for ImageNet, and said', async () => {
    const { found, said } = await look(tinyClassifier(), ...rgb);
    expect(found).toEqual({
      inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 3, 32, 32] }],
      outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 3] }],
      labels: ['red', 'green', 'blue'],
      preprocessing: {
        kind: 'picture',
        width: 32,
        height: 32,
        resize: { method: 'crop', shorterSide: 37 },
        interpolation: 'bilinear',
        colour: 'rgb',
        layout: 'nchw',
        range: [0, 1],
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
      head: { layout: 'classes', scores: 'logits', multiLabel: false },
      // By its time on this machine, which may be busy.
      host: expect.stringMatching(/^(inline|workers)$/) as string,
      maxBatchRows: 8,
    });
    expect(said).toBe(
      'c.onnx: images are prepared thus: shorter side to 37, middle 32x32, bilinear, rgb, 0 to 1, mean 0.485,0.456,0.406, std 0.229,0.224,0.225, nchw. ' +
        'Assumed, as for ImageNet: --resize, --range, --mean, --std, --colour. A file does not say how images were prepared in training: give these options where that was done otherwise.',
    );
  });

  it.each([
    ['channels last', { layout: 'nhwc' }, [], { layout: 'nhwc', width: 32 }, [-1, 32, 32, 3]],
    ['one channel', { channels: 1 }, [], { colour: 'grey', mean: [0], std: [1] }, [-1, 1, 32, 32]],
    ['any size', { side: -1 }, [], { width: 224, height: 224, resize: { method: 'crop', shorterSide: 256 } }, [-1, 3, 224, 224]],
    ['any size, as said', { side: -1 }, ['--size', '48x40'], { width: 48, height: 40 }, [-1, 3, 40, 48]],
    ['any size and any channels', { side: -1, channels: -1 }, ['--size', '40'], { layout: 'nchw', width: 40 }, [-1, 3, 40, 40]],
    ['the same, channels last', { side: -1, channels: -1, layout: 'nhwc' }, ['--size', '40'], { layout: 'nhwc', width: 40 }, [-1, 40, 40, 3]],
    ['one image at a time', { batch: 1 }, [], {}, [1, 3, 32, 32]],
  ] as const)('with %s', async (_, model, args, preprocessing, shape) => {
    const { found } = await look(tinyClassifier(model), ...args, ...rgb);
    expect(found.preprocessing).toMatchObject(preprocessing);
    expect(found.inputs[0]!.shape).toEqual(shape);
    expect(found.maxBatchRows).toBe(shape[0] === 1 ? 1 : 8);
  });

  it.each([
    ['logits', 'Identity', [], { scores: 'logits', multiLabel: false }],
    ['probabilities', 'Softmax', [], { scores: 'probability', multiLabel: false }],
    ['logits of several labels', 'Identity', ['--multi-label'], { scores: 'logits', multiLabel: true }],
    ['probabilities of several labels', 'Sigmoid', ['--multi-label'], { scores: 'probability', multiLabel: true }],
    ['what was said', 'Softmax', ['--scores', 'logits'], { scores: 'logits', multiLabel: false }],
  ] as const)('with %s', async (_, ends, args, head) => {
    expect((await look(tinyClassifier({ ends }), ...args, ...rgb)).found.head).toEqual({ layout: 'classes', ...head });
  });

  it('is not taken for probabilities because it is small on noise', async () => {
    const { found } = await look(tinyClassifier({ gain: 0.01, classes: 1 }), '--multi-label', ...labels('red'));
    expect(found.head).toMatchObject({ scores: 'logits' });
  });
});

describe('what is said', () => {
  it('goes before ImageNet', async () => {
    const { found, said } = await look(tinyClassifier(), '--range', '-1-1', '--resize', 'stretch', '--colour', 'bgr', '--interpolation', 'bicubic', ...rgb);
    const expected = { range: [-1, 1], mean: [0, 0, 0], std: [1, 1, 1], resize: { method: 'stretch' }, colour: 'bgr', interpolation: 'bicubic' };
    expect(found.preprocessing).toMatchObject(expected);
    expect(said).not.toContain('Assumed');
    const bytes = await look(tinyClassifier(), '--range', '0-255', '--mean', '103.9,116.8,123.7', '--std', '58', '--resize', 'letterbox', ...rgb);
    expect(bytes.found.preprocessing).toMatchObject({
      range: [0, 255],
      mean: [103.9, 116.8, 123.7],
      std: [58, 58, 58],
      resize: { method: 'letterbox', pad: 114 },
    });
    const small = await look(tinyClassifier(), '--resize', 'crop:32', ...rgb);
    expect(small.found.preprocessing).toMatchObject({ resize: { method: 'crop', shorterSide: 32 }, mean: [0.485, 0.456, 0.406] });
    const reversed = await look(tinyClassifier(), '--colour', 'bgr', ...rgb);
    expect(reversed.found.preprocessing).toMatchObject({ mean: [0.406, 0.456, 0.485], std: [0.225, 0.224, 0.229] });
  });

  it('may be names of which some are the same: those get the numbers of their classes', async () => {
    expect((await look(tinyClassifier(), ...labels('crane', 'hen', 'crane'))).found.labels).toEqual(['crane (0)', 'hen', 'crane (2)']);
    const named = tinyClassifier({ metadata: { names: "{0: 'a', 1: 'b', 2: 'b'}" } });
    expect((await look(named)).found.labels).toEqual(['a', 'b (1)', 'b (2)']);
  });
});

describe('what is refused', () => {
  it.each<[string, Parameters<typeof tinyClassifier>[0], string[], string]>([
    ['another size', {}, ['--size', '64'], "c.onnx: --size says 64x64, but its input is 'pixels' [any, 3, 32, 32]."],
    ['another layout', {}, ['--layout', 'nhwc'], "with 1 or 3 channels (--layout nhwc), found 'pixels' [any, 3, 32, 32]."],
    ['colours for grey', { channels: 1 }, ['--colour', 'bgr'], 'c.onnx: --colour says bgr, but its input has 1 channel.'],
    ['grey for colours', {}, ['--colour', 'grey'], 'c.onnx: --colour says grey, but its input has 3 channels.'],
    ['a crop beyond the image', {}, ['--resize', 'crop:20'], 'c.onnx: expected --resize crop:N with N from 32 on, the longer side of its input, found 20.'],
    ['several labels unsaid', { ends: 'Sigmoid' }, [], 'c.onnx: its scores lie between 0 and 1 and do not add up to 1'],
    ['several labels said of one', { ends: 'Softmax' }, ['--multi-label'], 'c.onnx: its scores add up to 1, as those of a model that gives an image one label'],
    ['too few names', { classes: 5 }, [], '3.txt has 3 labels, but c.onnx has 5 classes.'],
    ['three means for one channel', { channels: 1 }, ['--mean', '1,2,3'], 'c.onnx: expected --mean with 1 number for a model of 1 channel, found 3.'],
  ])('%s', async (_, model, args, sentence) => {
    await expect(look(tinyClassifier(model), ...rgb, ...args)).rejects.toThrow(sentence);
  });

  it('a single score that is not said to be a label', async () => {
    await expect(look(tinyClassifier({ classes: 1 }), ...labels('red'))).rejects.toThrow('expected a score for each of two classes or more, found one');
  });

  it.each([
    [['--size', '7'], "--size: expected pixels from 8 to 2048, such as 224 or 320x240, found '7'."],
    [['--size', '224x'], "--size: expected pixels from 8 to 2048, such as 224 or 320x240, found '224x'."],
    [['--resize', 'pad'], "--resize: expected crop, crop:256 (pixels of the shorter side), stretch or letterbox, found 'pad'."],
    [['--mean', '1,2'], "--mean: expected a number for all channels or three divided by commas, such as 0.485,0.456,0.406, found '1,2'."],
    [['--std', '0'], "--std: expected a number for all channels or three divided by commas, such as 0.229,0.224,0.225, found '0'."],
    [['--range', '0-2'], "--range: expected 0-1, 0-255, -1-1, found '0-2'."],
    [['--anchor', 'centre'], '--anchor is for models of the kind detection; this one is of the kind classification.'],
    [['--range', '0-1', '--input-range', '0-1'], '--input-range is another name for --range; say one of them.'],
  ])('%j', async (args, sentence) => {
    await expect(look(tinyClassifier(), ...rgb, ...args)).rejects.toMatchObject({ message: sentence, exitCode: 2 });
  });

  it.each([
    ['detection', ['--resize', 'stretch'], '--resize is for models of the kind classification; this one is of the kind detection.'],
    ['detection', ['--range', '-1-1'], '--range -1-1 is for models of the kind classification; this one is of the kind detection.'],
    ['detection', ['--size', '640x480'], '--size: expected a square of 32 pixels or more for a detector, found 640x480.'],
    ['digit', ['--multi-label'], '--multi-label is for models of the kind classification; this one is of the kind digit.'],
    ['gesture', ['--size', '224'], '--size is for models of the kind detection or classification; this one is of the kind gesture.'],
  ] as const)('of a model of the kind %s: %j', async (kind, args, sentence) => {
    await expect(requireFit(kind, readImportOptions(['c.onnx', '--task', 'x', ...args]))).rejects.toThrow(sentence);
  });
});
