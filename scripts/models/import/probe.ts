import { Session, type Tensors, type TensorSpec } from '../../../packages/inference/src/index.ts';
import { CommandError } from '../command.ts';

/** An output as the model really gave it. */
export interface ProbedOutput {
  readonly name: string;
  /** As a manifest has it: the sizes that came, -1 where the batch may vary or nothing came. */
  readonly spec: TensorSpec;
  readonly data: Float32Array;
  /** The same on loud noise, which no model was trained for: what keeps within bounds there does so always. */
  readonly loud: readonly Float32Array[];
}

export interface Probed {
  readonly input: TensorSpec;
  readonly outputs: readonly ProbedOutput[];
  /** Of the fastest of a few runs of one row. */
  readonly runMs: number;
  /** Whether two rows in one run give what each gives alone: exporters write models whose batch may vary by their shapes, and may not. */
  readonly takesBatches: boolean;
}

/** A model whose shapes are known. */
export interface Opened {
  readonly input: TensorSpec;
  /**
   * Runs it on noise: shapes that the file leaves open, and what the numbers mean, show only in a run.
   *
   * @param shape of one row, without the batch
   * @param highest noise lies between 0 and this
   * @throws {CommandError} when it does not run
   */
  probe(shape: readonly number[], highest: number): Promise<Probed>;
  close(): void;
}

/** Times the range of what the model takes. */
const loudness = [64, -64] as const;
/** Two rows of a batch may be added up in another order. */
const batchTolerance = 1e-3;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 300).replace(/\.$/, '');
}

/** Even noise from 0 to `highest`, the same each time. */
function noise(length: number, highest: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return (state / 2_147_483_647) * highest;
  });
}

/**
 * Opens a model of unknown origin in ONNX Runtime.
 *
 * @throws {CommandError} when ONNX Runtime refuses it, or it does not take one tensor of 32-bit numbers
 */
export async function openModel(bytes: Uint8Array, name: string): Promise<Opened> {
  let session: Session;
  let inputs: TensorSpec[];
  try {
    session = await Session.open(bytes, { threads: 1, executionProviders: ['cpu'], config: {} });
    inputs = session.inputs;
  } catch (error) {
    throw new CommandError(`${name}: ONNX Runtime cannot run it: ${reasonOf(error)}.`);
  }
  const [input, ...others] = inputs;
  if (!input || others.length > 0)
    throw new CommandError(`${name}: expected one input, found ${inputs.length}: ${inputs.map((each) => `'${each.name}'`).join(', ')}.`);
  if (input.datatype !== 'FP32')
    throw new CommandError(`${name}: expected an input of FP32, found '${input.name}' of ${input.datatype}; export the model with 32-bit inputs.`);

  const batch = input.shape[0] ?? -1;
  const run = (data: Float32Array, dims: readonly number[]): Tensors => session.run({ [input.name]: { type: 'float32', data, dims } });

  /** @param alone what the first of two rows gives by itself */
  const takesBatches = (shape: readonly number[], highest: number, alone: readonly ProbedOutput[]): boolean => {
    if (batch !== -1) return false;
    const length = lengthOf(shape);
    const rows = new Float32Array(2 * length);
    rows.set(noise(length, highest));
    rows.set(noise(length, highest, 2), length);
    try {
      const tensors = run(rows, [2, ...shape]);
      return alone.every(({ name: output, data }) => {
        const { dims, data: both } = tensors[output]!;
        const reach = batchTolerance * data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        return dims[0] === 2 && both.length === 2 * data.length && data.every((value, index) => Math.abs(Number(both[index]) - value) <= reach);
      });
    } catch {
      return false;
    }
  };

  return {
    input,
    async probe(shape, highest) {
      const length = lengthOf(shape);
      try {
        let runMs = Infinity;
        const [first, ...louder] = [1, ...loudness].map((times) => {
          const row = noise(length, times * highest);
          const beganAt = performance.now();
          const tensors = run(row, [1, ...shape]);
          runMs = Math.min(runMs, performance.now() - beganAt);
          return tensors;
        });
        const outputs = session.outputs.map((spec): ProbedOutput => {
          const { dims, data } = first![spec.name]!;
          return {
            name: spec.name,
            spec: { ...spec, shape: [spec.shape[0] === -1 ? -1 : dims[0]!, ...dims.slice(1).map((size) => size || -1)] },
            data: data as Float32Array,
            loud: louder.map((tensors) => tensors[spec.name]!.data as Float32Array),
          };
        });
        return { input: { ...input, shape: [batch, ...shape] }, outputs, runMs, takesBatches: takesBatches(shape, highest, outputs) };
      } catch (error) {
        throw new CommandError(`${name}: it does not run on an input of [1, ${shape.join(', ')}]: ${reasonOf(error)}.`);
      }
    },
    close: () => session.close(),
  };
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function showShape({ name, shape }: Pick<TensorSpec, 'name' | 'shape'>): string {
  return `'${name}' [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`;
}
