import { CommandError } from '../command.ts';
import { requireLabels, type Labels } from './labels.ts';
import { showShape, type Opened, type ProbedOutput } from './probe.ts';
import type { Understood } from './understood.ts';

const batchRows = 32;
/** A run that is shorter costs less on the event loop than the way to a worker and back. */
const inlineMs = 1;

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

/** How a classifier takes a row of its input. */
interface Input {
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly preprocessing: Understood['preprocessing'];
}

/**
 * How a classifier with one output of logits is fed and read.
 *
 * @param name of the file, for sentences
 */
export async function understandClassifier(model: Opened, labels: Labels | undefined, name: string, { shape, preprocessing }: Input): Promise<Understood> {
  const probed = await model.probe([...shape], 1);
  const classes = requireLogits(probed.outputs, name);
  const names = requireLabels(labels, classes, name);
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
