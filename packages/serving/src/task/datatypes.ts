import type { OipDatatype } from '@facet/contracts';
import type { Tensor } from '@facet/inference';

/** Values of one tensor, row-major; BYTES are a list of byte strings. */
export type Values = Tensor['data'] | Int16Array | Uint16Array | Uint32Array | BigUint64Array | readonly Buffer[];

export type NumericValues = Exclude<Values, readonly Buffer[]>;

interface NumericArray {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): NumericValues;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): NumericValues;
}

interface Numeric {
  readonly array: NumericArray;
  /** The same type where models are run; undefined where none can take it. */
  readonly tensor?: Tensor['type'];
  /** What a number in JSON may be; FP16 has no form there. */
  readonly range?: readonly [least: number | bigint, greatest: number | bigint];
}

const numeric: Readonly<Record<Exclude<OipDatatype, 'BYTES'>, Numeric>> = {
  BOOL: { array: Uint8Array, tensor: 'bool' },
  INT8: { array: Int8Array, tensor: 'int8', range: [-128, 127] },
  INT16: { array: Int16Array, range: [-32768, 32767] },
  INT32: { array: Int32Array, tensor: 'int32', range: [-(2 ** 31), 2 ** 31 - 1] },
  INT64: { array: BigInt64Array, tensor: 'int64', range: [-(2n ** 63n), 2n ** 63n - 1n] },
  UINT8: { array: Uint8Array, tensor: 'uint8', range: [0, 255] },
  UINT16: { array: Uint16Array, range: [0, 65535] },
  UINT32: { array: Uint32Array, range: [0, 2 ** 32 - 1] },
  UINT64: { array: BigUint64Array, range: [0n, 2n ** 64n - 1n] },
  FP16: { array: Uint16Array },
  FP32: { array: Float32Array, tensor: 'float32' },
  FP64: { array: Float64Array, tensor: 'float64' },
};

/** How a numeric type lies in memory. */
export function numericType(datatype: Exclude<OipDatatype, 'BYTES'>): Numeric {
  return numeric[datatype];
}

/** The protocol's name for the type of a tensor that a model gave. */
export function datatypeOf(type: Tensor['type']): Exclude<OipDatatype, 'BYTES'> {
  const names = Object.keys(numeric) as Exclude<OipDatatype, 'BYTES'>[];
  return names.find((name) => numeric[name].tensor === type)!;
}
