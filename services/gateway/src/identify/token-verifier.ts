import { Problem } from '@facet/problem';
import type { Log } from '@facet/telemetry';
import { createLocalJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { isAccessToken } from './access-token.ts';
import { callerName } from './caller-name.ts';
import type { CallerLimits, Identity } from './identity.ts';
import { KeysUnavailable, RemoteKeySet } from './remote-key-set.ts';

interface TokenOptions {
  readonly jwksUrl: string;
  /** Undefined accepts any. */
  readonly issuer: string | undefined;
  /** Undefined accepts any. */
  readonly audience: string | undefined;
  readonly scopeClaim: string;
  /** Of every caller with a token. */
  readonly limits: CallerLimits;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Only signatures that a published key can check: with a shared secret, that key itself could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const clockToleranceSeconds = 30;

/** Reads access tokens (JSON Web Tokens) by the keys that an identity provider publishes. */
export class TokenVerifier {
  readonly #options: TokenOptions;
  readonly #keys: RemoteKeySet;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#keys = new RemoteKeySet({
      url: options.jwksUrl,
      log: options.log,
      readKeys: createLocalJWKSet,
      isUnknownKey: (error) => error instanceof errors.JWKSNoMatchingKey,
    });
  }

  /**
   * @returns undefined for a token that is not good, whatever is wrong with it
   * @throws {Problem} `identity-unavailable` when the provider's keys cannot be had
   */
  async find(token: string): Promise<Identity | undefined> {
    const { issuer, audience, limits } = this.#options;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => this.#keys.get(header, jws), {
        algorithms,
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'exp'],
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      });
      const id = callerName(payload.sub, issuer === undefined ? { of: payload.iss } : undefined);
      if (id === undefined || !isAccessToken(protectedHeader, payload)) return undefined;
      const expiresAt = (payload.exp! + clockToleranceSeconds) * 1000;
      return { id, scopes: this.#scopesOf(payload), limits, isCurrent: () => Date.now() < expiresAt };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      // What is left: no keys, or a key that is none.
      const retryAfterSeconds = error instanceof KeysUnavailable ? error.retryAfterSeconds : 5;
      throw new Problem('identity-unavailable', undefined, { retryAfterSeconds, cause: error });
    }
  }

  /** OAuth writes scopes as words in one text, others as a list; a prefix such as `facet:` sets ours apart. */
  #scopesOf(payload: JWTPayload): Set<string> {
    const claim = payload[this.#options.scopeClaim];
    const words = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
    return new Set(words.map((word) => word.replace(/^facet:/, '')));
  }
}
