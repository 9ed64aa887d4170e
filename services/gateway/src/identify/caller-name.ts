import { createHash } from 'node:crypto';

/** Names that go into headers, logs and keys of Redis as they are. `~` is for the others. */
const plain = /^[!-}]{1,128}$/;
const keptLength = 40;

/**
 * The name of a caller with a token: printable ASCII without spaces, at most 128 characters behind `jwt:`, and never that of another subject.
 * A subject that is longer, or holds other characters, keeps its readable beginning and gets a hash of all of it.
 *
 * @param issuer where tokens of several issuers are accepted: each has subjects of its own
 * @returns undefined for a subject or issuer that is not a text, or empty
 */
export function callerName(subject: unknown, issuer?: { readonly of: unknown }): string | undefined {
  if (typeof subject !== 'string' || subject === '') return undefined;
  if (!issuer) return plain.test(subject) ? `jwt:${subject}` : hashed(subject, subject);
  if (typeof issuer.of !== 'string' || issuer.of === '') return undefined;
  const joined = `${issuer.of}|${subject}`;
  // With two bars the border between the two could be anywhere.
  return plain.test(joined) && !issuer.of.includes('|') ? `jwt:${joined}` : hashed(joined, `${issuer.of.length}|${joined}`);
}

function hashed(shown: string, whole: string): string {
  // UTF-16, as it is: as UTF-8 all halves of a surrogate pair would be one character.
  const hash = createHash('sha256').update(Buffer.from(whole, 'utf16le')).digest('base64url');
  return `jwt:${shown.slice(0, keptLength).replace(/[^!-}]/g, '_')}~${hash}`;
}
