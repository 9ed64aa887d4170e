import type { OipInferAnswer } from '@facet/contracts';
import type { Reply } from '@facet/http';
import type { Manifest, Tensor, Tensors } from '@facet/inference';
import { Problem } from '@facet/problem';
import { datatypeOf } from '../task/datatypes.ts';
import type { InferRequest, WantedOutput } from './parse-infer.ts';
import { jsonLengthHeader } from './receive-infer.ts';

interface Answered extends Omit<OipInferAnswer, 'outputs'> {
  readonly tensors: Tensors;
}

/** The outputs that a request wants, in its order, or all; an empty list asks for nothing in particular. */
export function wantedOutputs({ outputs, binaryOutputs }: InferRequest, { outputs: all }: Pick<Manifest, 'outputs'>): readonly WantedOutput[] {
  return outputs && outputs.length > 0 ? outputs : all.map(({ name }) => ({ name, isBinary: binaryOutputs }));
}

/**
 * Writes an answer: JSON, followed by the values of those outputs that are wanted in binary.
 *
 * @throws {Problem} `invalid-inference` when a value has no form in JSON
 */
export function writeInfer({ model_name, model_version, id, tensors }: Answered, wanted: readonly WantedOutput[]): Reply & { body: Buffer } {
  const parts: Buffer[] = [];
  const outputs = wanted.map(({ name, isBinary }) => {
    const tensor = tensors[name]!;
    const head = `{"name":${JSON.stringify(name)},"shape":[${tensor.dims.join(',')}],"datatype":"${datatypeOf(tensor.type)}"`;
    if (!isBinary) return `${head},"data":[${jsonValues(name, tensor)}]}`;
    const { data } = tensor;
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    return `${head},"parameters":{"binary_data_size":${data.byteLength}}}`;
  });
  const names = `"model_name":${JSON.stringify(model_name)},"model_version":${JSON.stringify(model_version)},"id":${JSON.stringify(id)}`;
  const json = Buffer.from(`{${names},"outputs":[${outputs.join(',')}]}`);
  if (parts.length === 0) return { body: json, type: 'application/json' };
  return { body: Buffer.concat([json, ...parts]), type: 'application/octet-stream', headers: { [jsonLengthHeader]: String(json.length) } };
}

function jsonValues(name: string, { type, data }: Tensor): string {
  if (type === 'bool') return Array.from(data as Uint8Array, (value) => (value === 0 ? 'false' : 'true')).join(',');
  if ((type === 'float32' || type === 'float64') && !(data as Float32Array).every(Number.isFinite))
    throw new Problem('invalid-inference', `output '${name}' contains NaN or infinity, which JSON cannot represent; request binary output`);
  return data.join(',');
}
