import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel, Session, type Tensors } from '../../packages/inference/src/index.ts';
import { prepare } from '../../services/detection/src/model/preprocess.ts';
import { readInk } from '../../services/digit/src/model/preprocess.ts';
import { readLandmarks } from '../../services/gesture/src/model/landmarks.ts';
import { toFeatures } from '../../services/gesture/src/model/preprocess.ts';
import { LoadAggregator } from '../load/load-aggregator.ts';

/** `node bare-loop-process.ts TASK WARMUP-SECONDS SECONDS INPUT`: one thread that does nothing but what a model needs. */
const [, , task, warmup, measured, file] = process.argv;
const limits = { maxPixels: 50_000_000 };
const { manifest, bytes: model } = await readModel(join(import.meta.dirname, '..', '..', 'models', task!, 'v1'));
const session = await Session.open(model, { threads: 1, executionProviders: ['cpu'], config: manifest.sessionConfig ?? {} });
const input = readFileSync(file!);
const { preprocessing } = manifest;

async function toTensor(): Promise<{ data: Float32Array; dims: number[] }> {
  if (preprocessing.kind === 'ink') {
    const { ink } = await readInk(input, limits, preprocessing);
    return { data: ink, dims: [1, 1, preprocessing.size, preprocessing.size] };
  }
  if (preprocessing.kind === 'letterbox') {
    const { tensor } = await prepare(input, limits, preprocessing);
    return { data: tensor, dims: [1, 3, preprocessing.size, preprocessing.size] };
  }
  const data = toFeatures(readLandmarks(JSON.parse(input.toString('utf8'))));
  return { data, dims: [1, data.length] };
}

const aggregator = new LoadAggregator();
const warmAt = performance.now() + Number(warmup) * 1000;
const endAt = warmAt + Number(measured) * 1000;
let isWarm = false;
for (let now = performance.now(); now < endAt;) {
  if (!isWarm && now >= warmAt) {
    aggregator.start();
    isWarm = true;
  }
  const { data, dims } = await toTensor();
  const feeds: Tensors = { [manifest.inputs[0]!.name]: { type: 'float32', data, dims } };
  session.run(feeds);
  const done = performance.now();
  aggregator.add(done - now, 200, '');
  now = done;
}
console.log(JSON.stringify(aggregator.finish()));
process.exit(0);
