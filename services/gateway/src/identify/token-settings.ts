import { ConfigError } from '@facet/config';

interface TokenSettings {
  readonly jwksUrl: string | undefined;
  readonly jwksAllowHttp: boolean;
  readonly jwtIssuer: string | undefined;
  readonly jwtAudience: string | undefined;
}

/** Written instead of an issuer or audience, it accepts all of them. */
const any = 'any';
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * What tokens are checked against; undefined where none are accepted.
 *
 * @throws {ConfigError} when an issuer or audience is not named, or the keys would come over a connection that anybody can change
 */
export function tokenSettings({
  jwksUrl,
  jwksAllowHttp,
  jwtIssuer,
  jwtAudience,
}: TokenSettings): { readonly jwksUrl: string; readonly issuer: string | undefined; readonly audience: string | undefined } | undefined {
  if (jwksUrl === undefined) return undefined;
  const faults: string[] = [];
  if (jwtIssuer === undefined) faults.push('JWT_ISSUER: required with JWT_JWKS_URL; set JWT_ISSUER=any to accept every issuer with keys in that JWKS');
  if (jwtAudience === undefined) faults.push('JWT_AUDIENCE: required with JWT_JWKS_URL; set JWT_AUDIENCE=any to accept tokens issued for other APIs');
  const { protocol, hostname } = new URL(jwksUrl);
  if (protocol !== 'https:' && !jwksAllowHttp && !loopback.test(hostname))
    faults.push(`JWT_JWKS_URL=${JSON.stringify(jwksUrl)}: expected https; set JWT_JWKS_ALLOW_HTTP=true where the network is trusted`);
  if (faults.length > 0) throw new ConfigError(faults);
  const unlessAny = (text: string | undefined): string | undefined => (text === any ? undefined : text);
  return { jwksUrl, issuer: unlessAny(jwtIssuer), audience: unlessAny(jwtAudience) };
}
