/** One field of a protobuf message, its value not yet interpreted. */
export interface Field {
  readonly number: number;
  /** A varint's value, or the size of what follows; numbers beyond 2^53 lose digits, which no field that is read here has. */
  readonly value: number;
  /** The content of a string, message or packed field; empty for others. */
  readonly bytes: Uint8Array;
}

const maxVarintBytes = 10;

/** Reads a base-128 number: `[value, offset after it]`. */
function readVarint(bytes: Uint8Array, start: number): [number, number] {
  let value = 0;
  for (let at = start, factor = 1; at < start + maxVarintBytes; at++, factor *= 128) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('a number ends too early');
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return [value, at + 1];
  }
  throw new RangeError('a number is too long');
}

/**
 * Walks the fields of one message (protobuf.dev/programming-guides/encoding), copying nothing.
 *
 * @throws {RangeError} when the bytes are no message: every length is checked against what there is
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = readVarint(bytes, at);
    const wire = tag & 7;
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('a field has no number');
    let value = 0;
    let size = 0;
    at = afterTag;
    if (wire === 0) [value, at] = readVarint(bytes, at);
    else if (wire === 1) size = 8;
    else if (wire === 5) size = 4;
    else if (wire === 2) [size, at] = readVarint(bytes, at);
    else throw new RangeError(`a field has the unknown wire type ${wire}`);
    if (size > bytes.length - at) throw new RangeError('a field reaches beyond its message');
    yield { number, value: wire === 0 ? value : size, bytes: bytes.subarray(at, at + size) };
    at += size;
  }
}

/** All numbers of a repeated integer field, packed or not. */
export function readNumbers(field: Field): number[] {
  if (field.bytes.length === 0) return [field.value];
  const numbers: number[] = [];
  for (let at = 0; at < field.bytes.length;) {
    const [value, next] = readVarint(field.bytes, at);
    numbers.push(value);
    at = next;
  }
  return numbers;
}

const decoder = new TextDecoder();

/** A string field. */
export function readText({ bytes }: Field): string {
  return decoder.decode(bytes);
}
