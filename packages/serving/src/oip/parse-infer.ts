import { oipInferRequest, parseJson, type OipInferRequest } from '@facet/contracts';
import type { Manifest } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { InputTensor, TensorRequest } from '../task/call.ts';
import { countElements } from './element-count.ts';
import { readBinaryValues } from './read-binary-values.ts';
import { readJsonValues } from './read-json-values.ts';
import type { InferBody } from './receive-infer.ts';

/** A request in the terms of the protocol. */
export interface InferRequest extends TensorRequest {
  readonly id: string | undefined;
  readonly outputs: readonly WantedOutput[] | undefined;
  /** For outputs that do not say it themselves. */
  readonly binaryOutputs: boolean;
}

export interface WantedOutput {
  readonly name: string;
  readonly isBinary: boolean;
}

type Parameters = Readonly<Record<string, unknown>> | undefined;

/** Parts of other servers' protocols that would change the answer: better refused than left out. */
const unsupported = ['shared_memory_region', 'classification'];

function refuseUnsupported(name: string, parameters: Parameters): void {
  const found = unsupported.find((word) => (parameters?.[word] ?? undefined) !== undefined);
  if (found !== undefined) throw new Problem('not-implemented', `the parameter '${found}' of '${name.slice(0, 80)}' is not supported here`);
}

function flagOf(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters?.[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new Problem('invalid-inference', `the parameter '${name}' must be true or false`);
}

/**
 * Reads an inference request.
 *
 * @param manifest the model that it is for: a raw body is taken for its input
 * @throws {Problem} `malformed-json`, `json-too-deep`, `invalid-inference`, `not-implemented`
 */
export function parseInfer(body: InferBody, manifest: Pick<Manifest, 'inputs'>, jsonMaxDepth: number): InferRequest {
  if (body.isRaw) return parseRaw(body.binary, manifest);
  const keepsDigits = manifest.inputs.some(({ datatype }) => datatype === 'INT64');
  const document = parseJson(body.json, jsonMaxDepth, keepsDigits ? 'exact' : 'strict');
  refuseManyTensors(document);
  const data = takeData(document);
  const result = oipInferRequest.safeParse(document);
  if (!result.success) throw new Problem('invalid-inference', describe(result.error.issues));
  const { id, parameters, inputs, outputs } = result.data;
  const binaryOutputs = flagOf(parameters, 'binary_data_output') ?? false;
  return {
    id,
    inputs: readInputs(inputs, data, body.binary),
    outputs: outputs?.map(({ name, parameters: own }) => {
      refuseUnsupported(name, own);
      return { name, isBinary: flagOf(own, 'binary_data') ?? binaryOutputs };
    }),
    binaryOutputs,
  };
}

/** Most inputs or outputs of one request; the schema says so too, but only after it has looked at each of them. */
const maxTensors = 64;

const membersOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

function refuseManyTensors(document: unknown): void {
  const { inputs, outputs } = membersOf(document);
  for (const list of [inputs, outputs])
    if (Array.isArray(list) && list.length > maxTensors)
      throw new Problem('invalid-inference', `a request has at most ${maxTensors} inputs and outputs, not ${list.length}`);
}

/** Takes the values out of a request and leaves empty lists in their place: a schema would look at each of millions, and copy them. */
function takeData(document: unknown): (readonly unknown[] | undefined)[] {
  const { inputs } = membersOf(document);
  if (!Array.isArray(inputs)) return [];
  return inputs.map((input: unknown) => {
    const members = membersOf(input);
    const { data } = members;
    if (!Array.isArray(data)) return undefined;
    members['data'] = [];
    return data as readonly unknown[];
  });
}

function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.').slice(0, 200) || 'body'}: ${message.slice(0, 200)}`)
    .join('; ');
}

function readInputs(inputs: OipInferRequest['inputs'], values: readonly (readonly unknown[] | undefined)[], binary: Buffer): InputTensor[] {
  let at = 0;
  const read = inputs.map(({ name, datatype, shape, parameters }, index): InputTensor => {
    const data = values[index];
    refuseUnsupported(name, parameters);
    const described = { name, datatype, shape };
    const count = countElements(name, shape);
    const size = parameters?.['binary_data_size'] ?? undefined;
    if (size === undefined) {
      if (data === undefined) throw new Problem('invalid-inference', `input '${name.slice(0, 80)}' has neither data nor binary_data_size`);
      return { ...described, values: readJsonValues(described, data, count), isText: true };
    }
    if (data !== undefined) throw new Problem('invalid-inference', `input '${name.slice(0, 80)}' has both data and binary_data_size`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || at + size > binary.length)
      throw new Problem('invalid-inference', `input '${name.slice(0, 80)}': binary_data_size exceeds the remaining ${binary.length - at} bytes`);
    const bytes = binary.subarray(at, at + size);
    at += size;
    return { ...described, values: readBinaryValues(name, datatype, bytes, count), isText: false };
  });
  if (at !== binary.length) throw new Problem('invalid-inference', `${binary.length - at} trailing bytes belong to no input`);
  return read;
}

/** A body that is nothing but the values of one row of the model's one input; its outputs come back in binary. */
function parseRaw(bytes: Buffer, { inputs }: Pick<Manifest, 'inputs'>): InferRequest {
  const { name, datatype, shape } = inputs[0]!;
  const row = [1, ...shape.slice(1)];
  if (row.includes(-1)) throw new Problem('invalid-inference', `the shape of '${name}' is variable, so a raw body is ambiguous`);
  const values = readBinaryValues(name, datatype, bytes, countElements(name, row));
  return { id: undefined, inputs: [{ name, datatype, shape: row, values, isText: false }], outputs: undefined, binaryOutputs: true };
}
