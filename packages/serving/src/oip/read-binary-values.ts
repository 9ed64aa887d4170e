import type { OipDatatype } from '@facet/contracts';
import { Problem } from '@facet/problem';
import { numericType, type Values } from '../task/datatypes.ts';

/**
 * Reads values that followed the JSON, little-endian; they are viewed where they lie, or copied where their place in memory is odd.
 *
 * @param bytes of this tensor alone
 * @param count elements of the shape
 * @throws {Problem} `invalid-inference`
 */
export function readBinaryValues(name: string, datatype: OipDatatype, bytes: Buffer, count: number): Values {
  if (datatype === 'BYTES') return readByteStrings(name, bytes, count);
  const { array } = numericType(datatype);
  const size = array.BYTES_PER_ELEMENT;
  if (bytes.length !== count * size)
    throw new Problem('invalid-inference', `input '${name.slice(0, 80)}': ${count} values of ${datatype} are ${count * size} bytes, found ${bytes.length}`);
  const placed = bytes.byteOffset % size === 0 ? bytes : Buffer.from(new ArrayBuffer(bytes.length));
  if (placed !== bytes) bytes.copy(placed);
  const values = new array(placed.buffer as ArrayBuffer, placed.byteOffset, count);
  if (datatype === 'BOOL' && (values as Uint8Array).some((value) => value > 1))
    throw new Problem('invalid-inference', `input '${name.slice(0, 80)}': a BOOL is one byte, 0 or 1`);
  return values;
}

/** Byte strings, each with its length before it in four bytes. */
function readByteStrings(name: string, bytes: Buffer, count: number): Buffer[] {
  const refuse = (detail: string): never => {
    throw new Problem('invalid-inference', `input '${name.slice(0, 80)}': ${detail}`);
  };
  const values: Buffer[] = [];
  let at = 0;
  while (at < bytes.length && values.length < count) {
    if (at + 4 > bytes.length) refuse('a length is cut off');
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (at + length > bytes.length) refuse(`element ${values.length} says that it has ${length} bytes, which are not there`);
    values.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (values.length !== count || at !== bytes.length) refuse(`expected ${count} elements of BYTES that fill ${bytes.length} bytes`);
  return values;
}
