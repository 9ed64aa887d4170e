import { parseJson, type Operation } from '@facet/contracts';
import { Problem } from '@facet/problem';
import { readBody } from './body.ts';
import type { BodySource } from './body-source.ts';
import { parseMediaType } from './media-type.ts';
import { parseMultipart, type Form } from './multipart.ts';
import { splitPlainForm } from './plain-form.ts';

/** A body, taken apart by its media type and not yet judged. */
export type Received =
  | { readonly kind: 'json'; readonly value: unknown; readonly bytes: Buffer }
  | ({ readonly kind: 'form'; readonly bytes: Buffer } & Form)
  | { readonly kind: 'file'; readonly bytes: Buffer };

export interface ReceiveLimits {
  readonly bodyMaxBytes: number;
  readonly jsonMaxDepth: number;
}

/** Whether a body takes a media type: by its name, as some image, or as any file where none is given. */
function isAccepted(body: NonNullable<Operation['body']>, type: string): boolean {
  if (type === '') return Object.hasOwn(body, 'application/octet-stream');
  return Object.hasOwn(body, type) || (type.startsWith('image/') && Object.hasOwn(body, 'image/*'));
}

/** Documents from this size on are counted with what their parsed form takes. */
const costlyJsonBytes = 64 * 1024;

/**
 * Reads and parses the body of a request.
 *
 * @param maxFiles files that one form may carry
 * @throws {Problem} `malformed-request`, `unsupported-content-type`, `body-too-large`, `overloaded`, `malformed-json`, `json-too-deep`, `malformed-multipart`, `too-many-files`
 */
export async function receive(source: BodySource, body: NonNullable<Operation['body']>, limits: ReceiveLimits, maxFiles = 1): Promise<Received> {
  const { type, boundary } = parseMediaType(source.request.headers['content-type'] ?? '');
  if (!isAccepted(body, type)) {
    const given = type === '' ? 'There is no Content-Type' : `The Content-Type '${type.slice(0, 80)}' is not accepted here`;
    throw new Problem('unsupported-content-type', `${given}; send ${Object.keys(body).join(', ')}.`);
  }
  const bytes = await readBody(source, limits.bodyMaxBytes);
  // A parsed document takes more than its text, and a form that is parsed piece by piece is copied.
  if (type === 'application/json' && bytes.length > costlyJsonBytes) source.budget.hold(source, 2 * bytes.length);
  if (type === 'application/json') return { kind: 'json', value: parseJson(bytes, limits.jsonMaxDepth), bytes };
  if (type === 'multipart/form-data') {
    if (boundary === undefined) throw new Problem('malformed-multipart', 'The Content-Type has no boundary parameter.');
    const { fields, files } = splitPlainForm(bytes, boundary, maxFiles) ?? (await parseMultipart(bytes, boundary, maxFiles));
    return { kind: 'form', bytes, fields, files };
  }
  return { kind: 'file', bytes };
}
