import { CommandError } from '../command.ts';
import { Session } from '../../../packages/inference/src/index.ts';

/** Two runtimes add up in another order; what differs by more of the output's range was exported as another model. */
const mostShare = 0.01;

/**
 * Holds an exported model against what its own framework answered.
 *
 * @param noise one row of input
 * @param expected the framework's first output
 * @returns a sentence that says how close they are
 * @throws {CommandError} when they are two models
 */
export async function holdAgainst(model: Uint8Array, noise: Float32Array, expected: Float32Array, name: string): Promise<string> {
  const session = await Session.open(model, { threads: 1, executionProviders: ['cpu'], config: {} });
  const [input] = session.inputs;
  const [output] = session.outputs;
  const answers = session.run({ [input!.name]: { type: 'float32', data: noise, dims: [1, ...input!.shape.slice(1)] } });
  const found = answers[output!.name]!.data;
  if (found.length !== expected.length)
    throw new CommandError(`${name}: expected ${expected.length} numbers as PyTorch gives them, found ${found.length} from its ONNX.`);
  let [lowest, highest, apart] = [Infinity, -Infinity, 0];
  for (const [index, value] of expected.entries()) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    apart = Math.max(apart, Math.abs(Number(found[index]!) - value));
  }
  const share = apart / Math.max(highest - lowest, 1e-9);
  const said = `${(100 * share).toPrecision(2)} % of their range`;
  if (!(share <= mostShare)) throw new CommandError(`${name}: expected its ONNX outputs to match PyTorch, found differences up to ${said} on random input.`);
  return `its ONNX outputs match PyTorch on random input, to ${said}.`;
}
