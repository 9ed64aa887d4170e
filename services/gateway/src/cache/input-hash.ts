import { createHash, type Hash } from 'node:crypto';

/** Adds a body; of a form, everything but the boundary, which clients make anew for each request. */
function addBody(hash: Hash, contentType: string, body: Buffer): void {
  const boundary = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const marker = boundary?.[1] ?? boundary?.[2];
  if (marker === undefined) {
    hash.update(body);
    return;
  }
  let from = 0;
  for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, from)) {
    hash.update(`${at - from}:`).update(body.subarray(from, at));
    from = at + marker.length;
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
 */
export function inputHash(about: readonly string[], path: string, headers: Headers, body: Buffer): string {
  const contentType = String(headers['content-type'] ?? '');
  const hash = createHash('sha256');
  hash.update(JSON.stringify([...about, path, contentType.split(';', 1)[0]!.toLowerCase(), ...meaningful.map((name) => headers[name] ?? '')]));
  addBody(hash, contentType, body);
  return hash.digest('hex');
}
