import type { JWTHeaderParameters, JWTPayload } from 'jose';

/** Types of an access token by RFC 9068 and RFC 7519; providers that set none are common. */
const accessTypes = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** Claims of ID tokens (`nonce`, hashes) and of logout and security events. */
const otherClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Whether a token was made to call an API. An ID token tells a client who logged in, a refresh token is for the provider alone: whoever holds
 * one was not given access by it. A token that is bound to a key of its holder (`cnf`) is refused too, since that key is not checked here.
 */
export function isAccessToken(header: Pick<JWTHeaderParameters, 'typ'>, payload: JWTPayload): boolean {
  if (header.typ !== undefined && !(typeof header.typ === 'string' && accessTypes.has(header.typ.toLowerCase()))) return false;
  if (otherClaims.some((claim) => payload[claim] !== undefined) || payload['cnf'] !== undefined) return false;
  // Cognito and Keycloak say it in the payload.
  const { token_use: use, typ } = payload;
  return (use === undefined || use === 'access') && (typ === undefined || typ === 'Bearer');
}
