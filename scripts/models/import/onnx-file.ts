import { CommandError } from '../command.ts';
import { readFields, readNumbers, readText, type Field } from './protobuf.ts';

/** What an ONNX file says of itself. */
export interface OnnxFacts {
  readonly opset: number;
  readonly producer: string;
  /** The exporter's own notes, such as Ultralytics' `names`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Numbers that are stored as weights. */
  readonly parameters: number;
  /** Operators that hold weights. */
  readonly layers: number;
  readonly precision: 'fp32' | 'fp16' | 'int8 weights';
  /** True when weights lie in another file. */
  readonly isSplit: boolean;
}

// Field numbers of onnx.proto (github.com/onnx/onnx/blob/main/onnx/onnx.proto).
const model = { producerName: 2, producerVersion: 3, graph: 7, opsetImport: 8, metadata: 14 } as const;
const opsetId = { domain: 1, version: 2 } as const;
const entry = { key: 1, value: 2 } as const;
const graph = { node: 1, initializer: 5 } as const;
const node = { operator: 4, attribute: 5 } as const;
const attribute = { tensor: 5 } as const;
const tensor = { dims: 1, type: 2, location: 14 } as const;

const weightTypes: Readonly<Record<number, 'fp32' | 'fp16' | 'int8 weights'>> = {
  1: 'fp32',
  2: 'int8 weights',
  3: 'int8 weights',
  10: 'fp16',
  11: 'fp32',
  16: 'fp16',
};
const layerOperators = /^(Q?Linear)?(Fused)?(Conv|ConvTranspose|Gemm|MatMul|LSTM|GRU|Tree\w+|SVM\w+|Linear(Classifier|Regressor))(Integer|NBits)?$/;

/** Files that are often taken for ONNX, by how they begin. */
const impostors: readonly (readonly [magic: string, offset: number, what: string])[] = [
  ['version https://git-lfs', 0, "a Git LFS pointer; 'git lfs pull' brings the model"],
  ['PK', 0, 'a zip archive, as PyTorch writes it; give it the ending .pt, or export it to ONNX'],
  ['\u0089HDF', 0, 'a Keras file; convert it with tf2onnx'],
  ['TFL3', 4, 'a TFLite file; convert it with tf2onnx'],
  ['<', 0, 'a web page, which a download gives when it was refused'],
];

/**
 * Reads the few fields that are needed from an ONNX file.
 *
 * @throws {CommandError} that says what was expected and what was found
 */
export function readOnnx(bytes: Uint8Array, name: string): OnnxFacts {
  if (bytes.length === 0) throw new CommandError(`${name}: expected an ONNX model, found an empty file.`);
  const beginning = String.fromCodePoint(...bytes.subarray(0, 64));
  const impostor = impostors.find(([magic, offset]) => beginning.startsWith(magic, offset));
  if (impostor) throw new CommandError(`${name}: expected an ONNX model, found ${impostor[2]}.`);
  try {
    return readModel(bytes, name);
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`${name}: expected an ONNX model, found a file that is none or is cut short (${error.message}).`);
    throw error;
  }
}

function readModel(bytes: Uint8Array, name: string): OnnxFacts {
  const metadata = new Map<string, string>();
  const weights = { parameters: 0, layers: 0, isSplit: false, types: new Set<string>() };
  let opset = 0;
  let producer = '';
  let hasGraph = false;
  for (const field of readFields(bytes)) {
    if (field.number === model.producerName) producer = readText(field);
    else if (field.number === model.producerVersion) producer = `${producer} ${readText(field)}`.trim();
    else if (field.number === model.opsetImport) opset = Math.max(opset, readOpset(field));
    else if (field.number === model.metadata) {
      const parts = [...readFields(field.bytes)];
      const text = (number: number) => readText(parts.find((part) => part.number === number) ?? { number, value: 0, bytes: new Uint8Array() });
      metadata.set(text(entry.key), text(entry.value));
    } else if (field.number === model.graph) {
      hasGraph = true;
      readGraph(field, weights);
    }
  }
  if (!hasGraph || opset === 0) throw new CommandError(`${name}: expected an ONNX model, found a file without ${hasGraph ? 'an opset' : 'a graph'}.`);
  const precision = weights.types.has('int8 weights') ? 'int8 weights' : weights.types.has('fp16') && !weights.types.has('fp32') ? 'fp16' : 'fp32';
  return { opset, producer, metadata, parameters: weights.parameters, layers: weights.layers, isSplit: weights.isSplit, precision };
}

/** The version of the standard operators; 0 for another domain's. */
function readOpset({ bytes }: Field): number {
  const fields = [...readFields(bytes)];
  const domain = fields.find(({ number }) => number === opsetId.domain);
  const isStandard = domain === undefined || ['', 'ai.onnx'].includes(readText(domain));
  return isStandard ? (fields.find(({ number }) => number === opsetId.version)?.value ?? 0) : 0;
}

interface Weights {
  parameters: number;
  layers: number;
  isSplit: boolean;
  readonly types: Set<string>;
}

function readGraph({ bytes }: Field, weights: Weights): void {
  for (const field of readFields(bytes)) {
    if (field.number === graph.initializer) readTensor(field, weights);
    if (field.number !== graph.node) continue;
    for (const part of readFields(field.bytes)) {
      if (part.number === node.operator && layerOperators.test(readText(part))) weights.layers += 1;
      // Some exporters keep weights as constants.
      if (part.number === node.attribute)
        for (const value of readFields(part.bytes)) if (value.number === attribute.tensor && value.bytes.length > 0) readTensor(value, weights);
    }
  }
}

function readTensor({ bytes }: Field, weights: Weights): void {
  const dims: number[] = [];
  let type = 0;
  for (const field of readFields(bytes)) {
    if (field.number === tensor.dims) dims.push(...readNumbers(field));
    else if (field.number === tensor.type) type = field.value;
    else if (field.number === tensor.location && field.value === 1) weights.isSplit = true;
  }
  const kind = weightTypes[type];
  // Single numbers are settings of operators, not weights.
  if (kind === undefined || dims.length === 0) return;
  weights.parameters += dims.reduce((product, size) => product * size, 1);
  weights.types.add(kind);
}
