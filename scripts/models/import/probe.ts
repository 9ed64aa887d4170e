import { Session, type TensorSpec } from '../../../packages/inference/src/index.ts';
import { CommandError } from '../command.ts';

/** An output as the model really gave it. */
export interface ProbedOutput {
  readonly name: string;
  /** As a manifest has it: the sizes that came, -1 where the batch may vary or nothing came. */
  readonly spec: TensorSpec;
  readonly data: Float32Array;
}

interface Probed {
  readonly input: TensorSpec;
  readonly outputs: readonly ProbedOutput[];
  /** Of the fastest of a few runs of one row. */
  readonly runMs: number;
}

/** A model whose shapes are known and that has not run yet. */
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
}

const runs = 3;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 300).replace(/\.$/, '');
}

/** Even noise from 0 to 1, the same each time. */
function noise(length: number, highest: number): Float32Array {
  let state = 1;
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

  return {
    input,
    async probe(shape, highest) {
      const length = shape.reduce((product, size) => product * size, 1);
      try {
        let runMs = Infinity;
        for (let run = 1; ; run++) {
          const beganAt = performance.now();
          const tensors = session.run({ [input.name]: { type: 'float32', data: noise(length, highest), dims: [1, ...shape] } });
          runMs = Math.min(runMs, performance.now() - beganAt);
          if (run < runs) continue;
          const outputs = session.outputs.map((spec): ProbedOutput => {
            const { dims, data } = tensors[spec.name]!;
            return {
              name: spec.name,
              spec: { ...spec, shape: [spec.shape[0] === -1 ? -1 : dims[0]!, ...dims.slice(1).map((size) => size || -1)] },
              data: data as Float32Array,
            };
          });
          session.close();
          const batch = input.shape[0] ?? -1;
          return { input: { ...input, shape: [batch, ...shape] }, outputs, runMs };
        }
      } catch (error) {
        throw new CommandError(`${name}: it does not run on an input of [1, ${shape.join(', ')}]: ${reasonOf(error)}.`);
      }
    },
  };
}

export function showShape({ name, shape }: Pick<TensorSpec, 'name' | 'shape'>): string {
  return `'${name}' [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`;
}
