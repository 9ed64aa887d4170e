import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A request that is accepted as it is. */
export interface Seed {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): Buffer => readFileSync(join(root, path));
const boundary = 'fuzzboundary';

function form(picture: Buffer, fields: Readonly<Record<string, string>> = {}): Pick<Seed, 'headers' | 'body'> {
  const parts = Object.entries(fields).map(([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`;
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

function json(value: unknown): Pick<Seed, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}

function tensors(request: object, ...parts: Buffer[]): Pick<Seed, 'headers' | 'body'> {
  const head = Buffer.from(JSON.stringify(request));
  return { headers: { 'inference-header-content-length': String(head.length) }, body: Buffer.concat([head, ...parts]) };
}

const digit = read('examples/digit.png');
const photo = read('examples/photo.jpg');
const hand: unknown = JSON.parse(read('examples/hand.json').toString('utf8'));
const floats = (length: number): Buffer => Buffer.from(new Float32Array(length).fill(0.5).buffer);
const length = Buffer.alloc(4);
length.writeUInt32LE(digit.length);

const features = { name: 'landmarks', shape: [1, 42], datatype: 'FP32' };
const pixels = { name: 'image', shape: [1, 1, 28, 28], datatype: 'FP32' };
const gestureJson = json({ id: 'a', inputs: [{ ...features, data: Array.from({ length: 42 }, () => 0.1) }], outputs: [{ name: 'logits' }] });

export const seeds: readonly Seed[] = [
  { path: '/gesture/predict', ...json(hand) },
  { path: '/gesture/batch/predict', ...json({ items: [hand, hand] }) },
  { path: '/digit/predict', ...form(digit) },
  { path: '/digit/predict', headers: { 'content-type': 'image/png' }, body: digit },
  { path: '/digit/predict', ...json({ image: digit.toString('base64') }) },
  { path: '/digit/batch/predict', ...form(digit) },
  { path: '/detection/predict', ...form(digit, { conf_threshold: '0.4', max_detections: '10' }) },
  { path: '/detection/predict?annotate=true', headers: { 'content-type': 'image/jpeg' }, body: photo },
  { path: '/v2/models/gesture/infer', ...gestureJson },
  { path: '/v2/models/gesture/infer', headers: { 'content-encoding': 'gzip' }, body: gzipSync(gestureJson.body) },
  {
    path: '/v2/models/digit/versions/1/infer',
    ...tensors({ inputs: [{ ...pixels, parameters: { binary_data_size: 3136 } }], parameters: { binary_data_output: true } }, floats(784)),
  },
  {
    path: '/v2/models/digit/infer',
    ...tensors({ inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: digit.length + 4 } }] }, length, digit),
  },
  { path: '/v2/models/digit/versions/2/infer', headers: { 'inference-header-content-length': '0' }, body: floats(784) },
  { path: '/v2/repository/index', ...json({ ready: true }) },
];
