/** A tensor that can cross a thread: row-major data and its shape, the first dimension counting rows. */
export interface Tensor {
  readonly type: 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;
  readonly dims: readonly number[];
}

/** Tensors by the name of a model's input or output. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The memory that can move to another thread instead of being copied: all that is no view on something larger. */
export function ownMemory(tensors: Tensors = {}): ArrayBuffer[] {
  return Object.values(tensors).flatMap(({ data }) => (data.byteLength === data.buffer.byteLength ? [data.buffer as ArrayBuffer] : []));
}

/** Puts the rows of several tensor sets one below the other; a lone set is handed back as it is, uncopied. */
export function concatRows(sets: readonly Tensors[]): Tensors {
  const first = sets[0];
  if (first === undefined) throw new RangeError('no tensors to concatenate');
  if (sets.length === 1) return first;
  const joined: Record<string, Tensor> = {};
  for (const [name, head] of Object.entries(first)) {
    const parts = sets.map((set) => set[name] as Tensor);
    const rows = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
    const length = parts.reduce((sum, part) => sum + part.data.length, 0);
    const data = new (head.data.constructor as new (length: number) => Float32Array)(length);
    let offset = 0;
    for (const part of parts) {
      data.set(part.data as Float32Array, offset);
      offset += part.data.length;
    }
    joined[name] = { type: head.type, data, dims: [rows, ...head.dims.slice(1)] };
  }
  return joined;
}

/**
 * Cuts tensors into sets of so many rows each, as views on the same memory.
 *
 * @throws {RangeError} when a tensor does not hold the rows that were asked for: results must never shift between requests
 */
export function splitRows(tensors: Tensors, rows: readonly number[]): Tensors[] {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const sets: Record<string, Tensor>[] = rows.map(() => ({}));
  for (const [name, { type, data, dims }] of Object.entries(tensors)) {
    if (dims[0] !== total) throw new RangeError(`output '${name}' has ${dims[0]} rows where ${total} went in`);
    const stride = total === 0 ? 0 : data.length / total;
    let at = 0;
    for (const [index, count] of rows.entries()) {
      const part = data.subarray(at * stride, (at + count) * stride);
      (sets[index] as Record<string, Tensor>)[name] = { type, data: part, dims: [count, ...dims.slice(1)] };
      at += count;
    }
  }
  return sets;
}

/** True when two tensor sets may share a batch: same names, types and row shapes. */
export function sameRowShape(a: Tensors, b: Tensors): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [x, y] = [a[name], b[name]];
      return (
        x !== undefined &&
        y !== undefined &&
        x.type === y.type &&
        x.dims.length === y.dims.length &&
        x.dims.every((size, axis) => axis === 0 || size === y.dims[axis])
      );
    })
  );
}
