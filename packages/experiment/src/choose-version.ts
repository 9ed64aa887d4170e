import { Problem } from '@facet/problem';

/** Shares by version name, such as `{v1: 80, v2: 20}`; a version without a share gets none. */
export type Weights = Readonly<Record<string, number>>;

/** The same share for each, 100 together. */
export function equalWeights(versions: readonly string[]): Weights {
  return Object.fromEntries(versions.map((version) => [version, 100 / versions.length]));
}

/** What a request says about which version should answer it. */
export interface VersionRequest {
  /** The version that the caller insists on (`x-model-version`). */
  readonly forced?: string | undefined;
  /** Who asks; the same user stays on the same version while the weights stay. */
  readonly user?: string | undefined;
}

export interface Choice {
  readonly version: string;
  readonly reason: 'forced' | 'sticky' | 'weighted' | 'only';
}

/**
 * Where a user stands in [0, 1), evenly spread: 32-bit FNV-1a with Murmur3's finaliser, since FNV's high bits barely change for similar names.
 *
 * Sources: Fowler, Noll, Vo (FNV-1a); Appleby (MurmurHash3 fmix32).
 *
 * @param salt keeps experiments apart, so that one user is not first in line in all of them
 */
export function bucketOf(user: string, salt: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${salt}:${user}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * Chooses the version that answers.
 *
 * Growing the share of the last version only moves users to it, never between the others.
 *
 * @param available versions that are served here, in order
 * @param salt the experiment, usually the task's name
 * @throws {Problem} `unknown-version` when the caller insists on one that is not served
 */
export function chooseVersion(
  available: readonly string[],
  weights: Weights,
  request: VersionRequest,
  salt: string,
  random: () => number = Math.random,
): Choice {
  const { forced, user } = request;
  if (forced !== undefined) {
    if (available.includes(forced)) return { version: forced, reason: 'forced' };
    throw new Problem('unknown-version', `Unknown version '${forced.slice(0, 40)}'; available: ${available.join(', ') || 'none'}.`);
  }
  const [only, ...others] = available;
  if (only === undefined) throw new Problem('starting', undefined, { retryAfterSeconds: 1 });
  if (others.length === 0) return { version: only, reason: 'only' };

  const shares = available.map((version) => weights[version] ?? 0);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const point = (user === undefined ? random() : bucketOf(user, salt)) * total;
  const reason = user === undefined ? 'weighted' : 'sticky';
  let edge = 0;
  for (const [index, share] of shares.entries()) {
    edge += share;
    if (point < edge) return { version: available[index]!, reason };
  }
  return { version: only, reason };
}
