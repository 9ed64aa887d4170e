import type { Kind, TaskFile } from '@facet/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { initializer, node, onnxModel, port } from '../../../../scripts/models/import/fixtures/onnx-writer.ts';
import { tinyClassifier } from '../../../../scripts/models/import/fixtures/tiny-models.ts';

const root = join(__dirname, '..', '..', '..', '..');

/** What a request brings. */
export interface Input {
  readonly bytes: Buffer;
  readonly type: 'image/jpeg' | 'image/png' | 'application/json';
}

/** A task of its user, from its files to what it answers. */
export interface OwnTask {
  readonly task: string;
  readonly kind: Kind;
  readonly title: string;
  /** The files that are imported, as v1, v2 and so on, and the options with which they are. */
  readonly models: readonly Uint8Array[];
  /** The share of requests that each version gets. */
  readonly weights: Readonly<Record<string, number>>;
  readonly options: readonly string[];
  /** Class names for `--labels`; undefined where the file has them. */
  readonly names?: readonly string[];
  /** The golden input. */
  readonly golden: Input;
  /** Added to `task.json`. */
  readonly declared: Pick<TaskFile, 'limits' | 'defaults' | 'labels' | 'actions'> & { readonly labels: readonly string[] };
  /** Settings that win over it, without the prefix of the task. */
  readonly settings: Readonly<Record<string, string>>;
  /** An input of a class, by its number in the labels; each index gives another one. */
  input(index: number, of?: number): Promise<Input>;
  /** An input as none in the reference. */
  drifted(index: number): Promise<Input>;
  /** Classes that an answer names. */
  classesIn(answer: Answer): readonly string[];
  /** What a declared default or meaning shows in an answer: the threshold, the number of classes, the action. */
  readonly shows: { readonly field: (answer: Answer) => unknown; readonly declared: unknown; readonly overridden: unknown };
  /** Input of the Open Inference Protocol that takes encoded inputs. */
  readonly encoded: string;
  /** The formats of an export, with a file that each writes. */
  readonly exports: Readonly<Record<string, string>>;
  /** What corrects a sample. */
  readonly truth: object;
}

/** All that the kinds' answers have. */
export interface Answer {
  readonly version: string;
  readonly class_name?: string;
  readonly gesture?: string;
  readonly action?: string | null;
  readonly confidence_threshold?: number;
  readonly top?: readonly object[];
  readonly detections?: readonly { readonly class_name: string }[];
}

const cells = join(root, 'examples', 'blood-cells', 'detection', 'v1');
const smear = readFileSync(join(cells, 'golden', 'input.jpg'));

const jpeg = (bytes: Buffer): Input => ({ bytes, type: 'image/jpeg' });

const bloodCells: OwnTask = {
  task: 'blood-cells',
  kind: 'detection',
  title: 'Blood cells',
  models: [1, 2].map(() => new Uint8Array(readFileSync(join(cells, 'model.onnx')))),
  weights: { v1: 0.7, v2: 0.3 },
  options: ['--anchor', 'top-left'],
  golden: jpeg(smear),
  declared: { limits: { bodyMaxBytes: 300_000 }, defaults: { conf_threshold: 0.4, max_detections: 250 }, labels: ['red', 'white', 'platelet'] },
  settings: { DEFAULTS: '{"conf_threshold":0.5}', LABELS: '["rojo","blanco","plaqueta"]', TITLE: 'Células', BODY_MAX_BYTES: '400000' },
  input: async (index) =>
    jpeg(
      await sharp(smear)
        .rotate(90 * (index % 4))
        .flop(index % 8 > 3)
        .modulate({ brightness: 1 + ((index % 13) - 6) / 200, saturation: 1 + ((index % 11) - 5) / 100 })
        .jpeg({ quality: 90 - (index % 7) })
        .toBuffer(),
    ),
  drifted: async (index) =>
    jpeg(
      await sharp(smear)
        .linear(0.3, index % 5)
        .jpeg({ quality: 90 - (index % 20) })
        .toBuffer(),
    ),
  classesIn: ({ detections = [] }) => detections.map(({ class_name }) => class_name),
  shows: { field: ({ confidence_threshold }) => confidence_threshold, declared: 0.4, overridden: 0.5 },
  encoded: 'image',
  exports: { yolo: 'data.yaml', coco: 'instances.json', csv: 'boxes.csv' },
  truth: { boxes: [{ class_name: 'platelet', bbox: [10, 10, 40, 40] }] },
};

/** A picture of one colour with a dark spot, whose place makes it another one. */
async function spotted(red: number, green: number, index: number): Promise<Input> {
  const spot = { create: { width: 30, height: 24, channels: 3, background: '#000' } } as const;
  const bytes = await sharp({ create: { width: 120, height: 96, channels: 3, background: { r: red, g: green, b: 20 } } })
    .composite([{ input: spot, left: (index * 37) % 90, top: (index * 29) % 72 }])
    .png()
    .toBuffer();
  return { bytes, type: 'image/png' };
}

const flowers: OwnTask = {
  task: 'flowers',
  kind: 'classification',
  title: 'Flowers',
  models: [tinyClassifier({ gain: 3 }), tinyClassifier({ gain: 1, ends: 'Softmax' })],
  weights: { v1: 0.7, v2: 0.3 },
  options: [],
  names: ['rose', 'leaf', 'sky'],
  golden: { bytes: readFileSync(join(root, 'examples', 'photo.jpg')), type: 'image/jpeg' },
  declared: { limits: { bodyMaxBytes: 20_000 }, defaults: { top_k: 2 }, labels: ['dog rose', 'oak leaf', 'sky'] },
  settings: { DEFAULTS: '{"top_k":1}', LABELS: '["rosa","hoja","cielo"]', TITLE: 'Flores', BODY_MAX_BYTES: '30000' },
  input: (index, of = index % 2) => (of === 0 ? spotted(200 + (index % 50), index % 40, index) : spotted(index % 40, 200 + (index % 50), index)),
  drifted: (index) => spotted(40 + (index % 5), 30, index),
  classesIn: ({ class_name }) => [class_name!],
  shows: { field: ({ top }) => top?.length, declared: 2, overridden: 1 },
  encoded: 'image',
  exports: { csv: 'labels.csv' },
  truth: { label: 'sky' },
};

const points = 21;

/** A classifier of hands by where most of their points lie, seen from the wrist: above, below, or to the right. */
function handModel(gain: number): Uint8Array {
  const weights = Array.from({ length: points * 2 * 3 }, (_, index) => {
    const [feature, of] = [Math.trunc(index / 3), index % 3];
    const isVertical = feature % 2 === 1;
    return ((of === 0 ? (isVertical ? -1 : 0) : of === 1 ? (isVertical ? 1 : 0) : isVertical ? 0 : 1) * gain) / points;
  });
  return onnxModel([
    node('Gemm', ['landmarks', 'weights', 'bias'], 'logits'),
    initializer('weights', [points * 2, 3], weights),
    initializer('bias', [3], [0, 0, 0]),
    port(11, 'landmarks', [-1, points * 2]),
    port(12, 'logits', [-1, 3]),
  ]);
}

const { landmarks } = JSON.parse(readFileSync(join(root, 'examples', 'hands', 'four.json'), 'utf8')) as { landmarks: { x: number; y: number }[] };

/** An upright hand, turned clockwise by some degrees and trembling a little. */
function hand(index: number, degrees: number): Input {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const moved = landmarks.map(({ x, y }, point) => {
    const tremble = 0.004 * Math.sin(index * 1.7 + point * 2.3);
    return { x: 0.5 + (x - 0.5) * cos - (y - 0.5) * sin + tremble, y: 0.5 + (x - 0.5) * sin + (y - 0.5) * cos - tremble };
  });
  return { bytes: Buffer.from(JSON.stringify({ landmarks: moved })), type: 'application/json' };
}

const signs: OwnTask = {
  task: 'signs',
  kind: 'gesture',
  title: 'Signs',
  models: [handModel(8), handModel(5), handModel(6)],
  weights: { v1: 0.7, v2: 0.2, v3: 0.1 },
  options: [],
  names: ['go', 'stop', 'turn'],
  golden: hand(0, 0),
  declared: { limits: { bodyMaxBytes: 20_000 }, labels: ['go ahead', 'stop', 'turn'], actions: { 'go ahead': 'right', stop: 'down' } },
  settings: { ACTIONS: '{"adelante":"left"}', LABELS: '["adelante","alto","gira"]', TITLE: 'Señas', BODY_MAX_BYTES: '30000' },
  input: (index, of = index % 2) => Promise.resolve(hand(index, of === 0 ? 0 : 180)),
  drifted: (index) => Promise.resolve(hand(index, 90)),
  classesIn: ({ gesture }) => [gesture!],
  shows: { field: ({ action }) => action, declared: 'right', overridden: 'left' },
  encoded: 'landmarks',
  exports: { csv: 'hands.csv' },
  truth: { label: 'turn' },
};

export const ownTasks: readonly OwnTask[] = [bloodCells, flowers, signs];
