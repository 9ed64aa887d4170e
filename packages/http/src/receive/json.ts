import { Problem } from '@facet/problem';

const [quote, backslash, opening, closing] = [1, 2, 3, 4];

/** What each byte means to the depth of a document; 0 for nothing. */
const kinds = new Uint8Array(256);
for (const [characters, kind] of [
  ['"', quote],
  ['\\', backslash],
  ['[{', opening],
  [']}', closing],
] as const)
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;

/** True when brackets nest deeper than allowed; brackets inside strings do not count. */
function isTooDeep(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
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
      if (depth > maxDepth) return true;
    } else if (kind === closing) depth -= 1;
  }
  return false;
}

/** NaN and the infinities, which Python's json module writes though JSON has no such words, outside of strings. */
const notJson = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** Whole numbers that a double cannot hold become bigints; `JSON.parse` would change their digits. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/**
 * Parses a JSON body.
 *
 * `NaN` and `Infinity` are read as null, so that whoever sent them is told which field is missing and not merely that this is no JSON;
 * not so when `strict` or `exact`. `exact` also keeps the digits of large whole numbers, as bigints, and takes several times as long.
 *
 * @throws {Problem} `json-too-deep`, `malformed-json`
 */
export function parseJson(bytes: Buffer, maxDepth: number, mode: 'lenient' | 'strict' | 'exact' = 'lenient'): unknown {
  if (isTooDeep(bytes, maxDepth)) throw new Problem('json-too-deep', `The JSON is nested deeper than ${maxDepth} levels, the limit here.`);
  const text = bytes.toString('utf8');
  try {
    return mode === 'exact' ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    if (mode === 'lenient' && /NaN|Infinity/.test(text)) {
      try {
        return JSON.parse(text.replace(notJson, (token) => (token.startsWith('"') ? token : 'null')));
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
