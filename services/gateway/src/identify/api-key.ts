import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const prefix = 'facet_';
const pattern = /^facet_[\w-]{43}$/;

/** A new key: 256 random bits behind a prefix that scanners for leaked secrets can look for. */
export function makeKey(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** True for what looks like a key and not like a token. */
export function isKey(text: string): boolean {
  return pattern.test(text);
}

/**
 * What a file keeps of a key.
 *
 * One round of SHA-256 is enough: slow hashes protect what people can remember and others can guess, and nobody guesses 256 random bits.
 */
export function hashKey(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** Compares hashes in a time that says nothing of where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
