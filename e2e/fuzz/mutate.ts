import type { Random } from './random.ts';

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** What parsers trip over: edges of numbers, brackets, quotes, ends of lines, lengths. */
const tokens = [
  '0',
  '-1',
  '1e999',
  '-0',
  'NaN',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '[[[[[[[[',
  '}}}}',
  '"',
  '\\',
  '\\u0000',
  '\r\n',
  '\r\n\r\n',
  '--',
  '\0',
  '9007199254740993',
  '18446744073709551616',
  '2147483648',
  'shape',
  'data',
  'BYTES',
  'FP16',
  '__proto__',
  'constructor',
  'image',
  'binary_data_size',
  '\u{1F4A3}',
].map((text) => Buffer.from(text));

const numbers = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

function cut(bytes: Buffer, from: number, to: number, put: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(to)]);
}

const mutations: readonly Mutation[] = [
  function flip(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let count = 1 + random.below(8); count > 0 && copy.length > 0; count -= 1) copy[random.below(copy.length)]! ^= 1 << random.below(8);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function remove(bytes, random) {
    const from = random.below(bytes.length + 1);
    return cut(bytes, from, Math.min(bytes.length, from + 1 + random.below(64)));
  },
  function repeat(bytes, random) {
    const from = random.below(bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + random.below(64));
    return cut(bytes, from, from, Buffer.concat(Array.from({ length: 1 + random.below(50) }, () => part)));
  },
  function insertToken(bytes, random) {
    const at = random.below(bytes.length + 1);
    return cut(bytes, at, at, random.pick(tokens));
  },
  function replaceNumber(bytes, random) {
    const found = [
      ...bytes
        .subarray(0, 4096)
        .toString('latin1')
        .matchAll(/-?\d+(?:\.\d+)?/g),
    ];
    if (found.length === 0) return bytes;
    const match = random.pick(found);
    return cut(bytes, match.index, match.index + match[0].length, random.pick(tokens));
  },
  function setNumber(bytes, random) {
    if (bytes.length < 4) return bytes;
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(random.pick(numbers) >>> 0, random.below(copy.length - 3));
    return copy;
  },
  function splice(bytes, random, others) {
    const other = random.pick(others);
    return Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]);
  },
];

/** A body that has one to four things wrong with it, or by chance nothing. */
export function mutate(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let mutated = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1) mutated = random.pick(mutations)(mutated, random, others);
  return mutated;
}
