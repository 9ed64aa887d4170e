import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

interface Caller {
  readonly id: string;
  readonly key: string;
  readonly scopes: readonly string[];
}

export function makeKey(): string {
  return `facet_${randomBytes(32).toString('base64url')}`;
}

/** Writes who may ask a host that is started with this file as `API_KEYS_FILE`. */
export function writeKeyFile(file: string, callers: readonly Caller[]): void {
  const keys = callers.map(({ key, ...rest }) => ({ ...rest, hash: `sha256:${createHash('sha256').update(key).digest('hex')}` }));
  writeFileSync(file, JSON.stringify({ keys }));
}
