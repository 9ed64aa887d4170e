import { findDelimiters, maxParts, parseMediaType } from '@facet/http';
import { createHash, type Hash } from 'node:crypto';

/** Calls that take a form. All others read the body as it is, whatever its Content-Type says. */
const takesForm = /^\/(?:v\d+|ensemble)\/predict(?:\?|$)/;

/**
 * Adds the parts of a form as the service will find them, without the boundary, which clients make anew for each request.
 *
 * Only delimiters are left out: a boundary that stands anywhere else is content.
 */
function addForm(hash: Hash, delimiters: readonly { readonly start: number; readonly end: number }[], body: Buffer): void {
  const beginsWithPart = delimiters[0] !== undefined && delimiters[0].start < 0;
  let from = beginsWithPart ? delimiters[0]!.end : 0;
  hash.update(beginsWithPart ? 'parts' : 'preamble');
  for (const { start, end } of beginsWithPart ? delimiters.slice(1) : delimiters) {
    hash.update(`${start - from}:`).update(body.subarray(from, start));
    from = end;
  }
  hash.update(`${body.length - from}:`).update(body.subarray(from));
}

/** Headers that change an answer, besides the Content-Type. */
const meaningful = ['accept', 'accept-encoding', 'content-encoding', 'inference-header-content-length'] as const;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Names what was asked: the same for two requests whose answers must be the same, apart from ids and times.
 *
 * @param about what besides the request decides the answer: the model's hash, and who asks where answers are not shared
 * @returns undefined when the Content-Type is malformed, so that the service will refuse the body
 */
export function inputHash(about: readonly string[], path: string, headers: Headers, body: Buffer): string | undefined {
  const contentType = String(headers['content-type'] ?? '');
  const form = takesForm.test(path) ? readType(contentType) : { type: contentType, boundary: undefined };
  if (!form) return undefined;
  const mayBeForm = form.type === 'multipart/form-data' && form.boundary !== undefined && headers['content-encoding'] === undefined;
  // The service refuses a form of more parts, and each of them costs time here.
  const delimiters = mayBeForm ? findDelimiters(body, form.boundary, maxParts(1)) : undefined;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([...about, path, form.type, delimiters !== undefined, ...meaningful.map((name) => headers[name] ?? '')]));
  if (delimiters) addForm(hash, delimiters, body);
  // The boundary of a body that is encoded counts, for only the service will see what it divides.
  else hash.update(JSON.stringify(form.boundary ?? '')).update(body);
  return hash.digest('hex');
}

function readType(contentType: string): ReturnType<typeof parseMediaType> | undefined {
  try {
    return parseMediaType(contentType);
  } catch {
    return undefined;
  }
}
