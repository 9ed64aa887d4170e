import type { IncomingMessage } from 'node:http';
import { Problem } from '@facet/problem';
import { isKey } from './api-key.ts';
import type { Identity } from './identity.ts';
import type { KeyFile } from './key-file.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Who may be known here; with neither, nobody is asked who they are. */
export interface Callers {
  readonly keys?: KeyFile | undefined;
  readonly tokens?: TokenVerifier | undefined;
}

type Headers = IncomingMessage['headers'];

function credentialOf(headers: Headers): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string') return key.trim();
  return /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * Who sent a request; undefined when it names nobody.
 *
 * The credential is taken out of the headers, so that no service behind the gateway sees it; `x-client-id` names the caller there. The guard
 * has removed what the request itself said in it.
 *
 * @throws {Problem} `unauthenticated` when it names somebody who is not known, `identity-unavailable`
 */
export function identify({ request: { headers } }: { readonly request: IncomingMessage }, { keys, tokens }: Callers): Identity | undefined | Promise<Identity> {
  const credential = credentialOf(headers);
  delete headers['x-api-key'];
  delete headers.authorization;
  if (credential === undefined) return undefined;
  if (tokens && !isKey(credential)) return tokens.find(credential).then((identity) => known(headers, identity));
  return known(headers, keys?.find(credential));
}

function known(headers: Headers, identity: Identity | undefined): Identity {
  if (!identity) throw unauthenticated('The key or token is not known here, or has expired.');
  headers['x-client-id'] = encodeURIComponent(identity.id);
  return identity;
}

export function unauthenticated(detail?: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer realm="facet"' } });
}
