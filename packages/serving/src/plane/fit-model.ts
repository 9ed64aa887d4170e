import type { Manifest, Tensor } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { InputTensor, TensorRequest } from '../task/call.ts';
import { numericType, type NumericValues } from '../task/datatypes.ts';

/** Most rows of one request. */
export const maxRows = 64;

/** What a request asks a model: rows that are ready for it, or things that must be prepared first. */
export type Fitted =
  | { readonly kind: 'tensor'; readonly name: string; readonly tensor: Tensor; readonly rows: number }
  | { readonly kind: 'encoded'; readonly items: readonly Buffer[]; readonly isText: boolean };

/** The request does not fit this version; another may have other shapes. */
export class ShapeMismatch extends Problem {
  constructor(detail: string) {
    super('invalid-inference', detail, { headers: { 'x-model-mismatch': 'shape' } });
  }
}

/**
 * Compares a request with a model's one input.
 *
 * @param encodedName the input that takes what must be prepared, as BYTES
 * @throws {Problem} `invalid-inference`
 */
export function fitModel(request: TensorRequest, manifest: Manifest, encodedName: string): Fitted {
  const expected = manifest.inputs[0]!;
  const [input, other] = request.inputs;
  const what = `${manifest.task} version ${manifest.version.slice(1)}`;
  if (input === undefined || other !== undefined)
    throw new Problem('invalid-inference', `${what} takes one input, '${expected.name}'; found ${request.inputs.length}`);
  if (input.datatype === 'BYTES' && input.name === encodedName) return { kind: 'encoded', ...itemsOf(input) };
  if (input.name !== expected.name)
    throw new Problem('invalid-inference', `unexpected input '${input.name.slice(0, 80)}': ${what} takes '${expected.name}', or '${encodedName}' as BYTES`);
  if (input.datatype !== expected.datatype)
    throw new Problem('invalid-inference', `input '${input.name}' is ${input.datatype}: ${what} takes ${expected.datatype}`);
  const fits = input.shape.length === expected.shape.length && expected.shape.every((size, axis) => size === -1 || size === input.shape[axis]);
  if (!fits) throw new ShapeMismatch(`input '${input.name}' has the shape [${input.shape.join(',')}]: ${what} takes [${expected.shape.join(',')}]`);
  const rows = rowsOf(input);
  const { tensor: type } = numericType(expected.datatype);
  if (type === undefined) throw new Problem('not-implemented', `${expected.datatype} is not supported here`);
  const data = input.values as NumericValues as Tensor['data'];
  return { kind: 'tensor', name: expected.name, tensor: { type, data, dims: input.shape }, rows };
}

function rowsOf({ name, shape }: InputTensor): number {
  const rows = shape[0] ?? 0;
  if (rows < 1 || rows > maxRows) throw new Problem('invalid-inference', `input '${name}' has ${rows} rows; a request may have 1 to ${maxRows}`);
  return rows;
}

function itemsOf(input: InputTensor): { items: readonly Buffer[]; isText: boolean } {
  rowsOf({ ...input, shape: [input.values.length] });
  return { items: input.values as readonly Buffer[], isText: input.isText };
}

/**
 * Compares the outputs that a request names with those of a model.
 *
 * @throws {Problem} `invalid-inference` for one that the model does not have, or that is named twice
 */
export function checkOutputs({ outputs }: TensorRequest, manifest: Manifest): void {
  if (!outputs) return;
  const names = manifest.outputs.map(({ name }) => name);
  const unknown = outputs.find(({ name }) => !names.includes(name));
  if (unknown) throw new Problem('invalid-inference', `unexpected output '${unknown.name.slice(0, 80)}': the model gives ${names.join(', ')}`);
  if (new Set(outputs.map(({ name }) => name)).size !== outputs.length) throw new Problem('invalid-inference', 'an output is requested twice');
}
