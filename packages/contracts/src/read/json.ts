import { Problem } from '@facet/problem';
import { replaceNonFinite } from './replace-non-finite.ts';

const [quote, backslash, opening, closing, colon, comma] = [1, 2, 3, 4, 5, 6];

/** What each byte means to the depth of a document; 0 for nothing. */
const kinds = new Uint8Array(256);
for (const [characters, kind] of [
  ['"', quote],
  ['\\', backslash],
  ['[{', opening],
  [']}', closing],
  [':', colon],
  [',', comma],
] as const)
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;

/** Members of all objects of a document together. Arrays of numbers are cheap; a million names take a second to parse and half a gigabyte to hold. */
const maxMembers = 100_000;

/** Arrays and objects of a document together: each takes 50 to 100 bytes once parsed, where it took two or three as text. */
const maxContainers = 1_000_000;

/** Values of a document together, each of 8 bytes once parsed. Larger tensors belong in binary. */
const maxValues = 8_000_000;

/**
 * Checks how deep a document nests and how much it holds before anything is made of it. What stands in strings does not count.
 *
 * @throws {Problem} `json-too-deep`, `json-too-large`
 */
function checkStructure(bytes: Buffer, maxDepth: number): void {
  let depth = 0;
  let [members, containers, values] = [0, 0, 0];
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const kind = kinds[bytes[at]!]!;
    if (kind === 0) continue;
    if (inString) {
      if (kind === backslash) at += 1;
      else if (kind === quote) inString = false;
    } else if (kind === quote) inString = true;
    else if (kind === opening) {
      depth += 1;
      containers += 1;
      if (depth > maxDepth) throw new Problem('json-too-deep', `The JSON is nested deeper than ${maxDepth} levels, the limit.`);
    } else if (kind === closing) depth -= 1;
    else if (kind === colon) members += 1;
    else if (kind === comma) values += 1;
  }
  if (members > maxMembers) throw new Problem('json-too-large', `The JSON has ${members} members in its objects; the limit is ${maxMembers}.`);
  if (containers > maxContainers) throw new Problem('json-too-large', `The JSON has ${containers} arrays and objects; the limit is ${maxContainers}.`);
  if (values > maxValues) throw new Problem('json-too-large', `The JSON has over ${values} values; the limit is ${maxValues}. Send tensors in binary.`);
}

/** More digits than any integer type has: what is longer stays a double, for making a bigint of it takes more than linear time. */
const maxExactDigits = 20;

/** Largest document in which digits are kept: a callback for each value costs a microsecond, fifty times the parsing itself. */
const maxExactBytes = 256 * 1024;

/** Whole numbers that a double cannot hold become bigints; `JSON.parse` would change their digits. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined || source.length > maxExactDigits) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** RFC 8259 lets parsers skip the mark that some editors and libraries put before a document. */
function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * Parses a JSON body.
 *
 * `NaN` and `Infinity` are read as null, so that whoever sent them is told which field is missing and not merely that this is no JSON;
 * not so when `strict` or `exact`. `exact` also keeps the digits of large whole numbers, as bigints, in documents of up to 256 KiB.
 *
 * @throws {Problem} `json-too-deep`, `json-too-large`, `malformed-json`
 */
export function parseJson(sent: Buffer, maxDepth: number, mode: 'lenient' | 'strict' | 'exact' = 'lenient'): unknown {
  const bytes = withoutByteOrderMark(sent);
  checkStructure(bytes, maxDepth);
  const text = bytes.toString('utf8');
  try {
    return mode === 'exact' && bytes.length <= maxExactBytes ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    const corrected = mode === 'lenient' ? replaceNonFinite(bytes) : undefined;
    if (corrected) {
      try {
        return JSON.parse(corrected.toString('utf8'));
      } catch {
        // The first error says more of what was really sent.
      }
    }
    throw new Problem('malformed-json', bytes.length === 0 ? 'The body is empty; send a JSON document.' : `The body is not JSON: ${explain(cause)}.`, {
      cause,
    });
  }
}

/** V8's message without the quotation of the document, which may hold anything. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return (
    message
      .replace(/, (?:\.\.\.)?".*$/s, '')
      .replace(/ in JSON/, '')
      .slice(0, 120) || 'it cannot be parsed'
  );
}
