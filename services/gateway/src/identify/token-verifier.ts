import { Problem } from '@facet/problem';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { CallerLimits, Identity } from './identity.ts';

interface TokenOptions {
  readonly jwksUrl: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly scopeClaim: string;
  /** Of every caller with a token. */
  readonly limits: CallerLimits;
}

/** Only signatures that a published key can check: with a shared secret, that key itself could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const clockToleranceSeconds = 30;

/** Reads JSON Web Tokens by the keys that an identity provider publishes. */
export class TokenVerifier {
  readonly #options: TokenOptions;
  readonly #keys: JWTVerifyGetKey;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#keys = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 3000, cooldownDuration: 10_000 });
  }

  /**
   * @returns undefined for a token that is not good, whatever is wrong with it
   * @throws {Problem} `identity-unavailable` when the provider's keys cannot be had
   */
  async find(token: string): Promise<Identity | undefined> {
    const { issuer, audience, limits } = this.#options;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'exp'],
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      });
      const expiresAt = (payload.exp! + clockToleranceSeconds) * 1000;
      return { id: `jwt:${String(payload.sub).slice(0, 128)}`, scopes: this.#scopesOf(payload), limits, isCurrent: () => Date.now() < expiresAt };
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw new Problem('identity-unavailable', undefined, { retryAfterSeconds: 5, cause: error });
    }
  }

  /** OAuth writes scopes as words in one text, others as a list; a prefix such as `facet:` sets ours apart. */
  #scopesOf(payload: JWTPayload): Set<string> {
    const claim = payload[this.#options.scopeClaim];
    const words = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim.map(String) : [];
    return new Set(words.map((word) => word.replace(/^facet:/, '')));
  }
}

/** True where the token is at fault and not the way to the keys. */
function isRefusal(error: unknown): boolean {
  const { JWKSTimeout, JWKSInvalid, JOSEError } = errors;
  // jose reports an answer of the provider that is not 200 as a plain JOSEError.
  if (error instanceof JWKSTimeout || error instanceof JWKSInvalid || (error as { constructor?: unknown }).constructor === JOSEError) return false;
  return error instanceof JOSEError;
}
