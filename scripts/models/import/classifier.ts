import { CommandError } from '../command.ts';
import { requireLabels, type Labels } from './labels.ts';
import type { ImportOptions } from './options.ts';
import { showShape, type Opened, type ProbedOutput } from './probe.ts';
import type { Understood } from './understood.ts';

/** MNIST drew digits into 20 of 28 pixels. */
const inkShare = 20 / 28;
const landmarks = 21;
const batchRows = 32;
/** A run that is shorter costs less on the event loop than the way to a worker and back. */
const inlineMs = 1;

const digitLabels: Labels = { names: '0123456789'.split(''), source: 'the ten digits' };

/** Refuses an output that is no row of logits. */
function requireLogits(outputs: readonly ProbedOutput[], name: string): number {
  const [output, ...others] = outputs;
  if (!output || others.length > 0 || output.spec.shape.length !== 2 || output.spec.datatype !== 'FP32') {
    throw new CommandError(
      `${name}: expected one output [batch, classes] of FP32, found ${outputs.map(({ spec }) => `${showShape(spec)} ${spec.datatype}`).join(', ')}.`,
    );
  }
  const sum = output.data.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) < 1e-3 && output.data.every((value) => value >= 0))
    throw new CommandError(`${name}: expected logits, found probabilities, which add up to 1; export the model without its softmax.`);
  return output.spec.shape[1]!;
}

function inputOf({ input }: Opened, kind: 'digit' | 'gesture', name: string): { shape: number[]; preprocessing: Understood['preprocessing'] } {
  if (kind === 'gesture') {
    const values = landmarks * 2;
    if (input.shape.length !== 2 || input.shape[1] !== values)
      throw new CommandError(`${name}: expected an input of [batch, ${values}] (x and y of ${landmarks} landmarks), found ${showShape(input)}.`);
    return { shape: [values], preprocessing: { kind: 'landmarks', points: landmarks, dimensions: 2, origin: 'wrist', scale: 'largest-distance' } };
  }
  const [, channels, height, width] = input.shape;
  if (input.shape.length !== 4 || channels !== 1 || height !== width || !(height! >= 8))
    throw new CommandError(`${name}: expected an input of [batch, 1, 28, 28], found ${showShape(input)}.`);
  return { shape: [1, height!, height!], preprocessing: { kind: 'ink', size: height!, box: Math.round(height! * inkShare), range: [0, 1] } };
}

/** How a classifier of digits or gestures is fed and read. */
export async function understandClassifier(
  model: Opened,
  labels: Labels | undefined,
  kind: 'digit' | 'gesture',
  { fileName }: ImportOptions,
): Promise<Understood> {
  const { shape, preprocessing } = inputOf(model, kind, fileName);
  const probed = await model.probe(shape, 1);
  const classes = requireLogits(probed.outputs, fileName);
  const names = requireLabels(kind === 'digit' ? digitLabels : labels, classes, fileName);
  return {
    inputs: [probed.input],
    outputs: probed.outputs.map(({ spec }) => spec),
    labels: [...names],
    preprocessing,
    head: undefined,
    host: probed.runMs < inlineMs ? 'inline' : 'workers',
    maxBatchRows: probed.takesBatches ? batchRows : 1,
  };
}
