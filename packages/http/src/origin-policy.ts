import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackOnly } from './listen-addresses.ts';
import { withoutMirrorSuffix } from './shadow.ts';

export interface OriginPolicyConfig {
  /** Addresses that the server listens on. */
  readonly hosts?: readonly string[] | undefined;
  /** Names besides `localhost` and IP addresses by which clients may call this server, without ports. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins whose pages may call, or `*`. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Origins whose pages may open streams besides. */
  readonly streamOrigins?: readonly string[] | undefined;
  /** Proxies in front, whose `x-forwarded-host` counts. */
  readonly trustedProxies?: number | undefined;
}

type Headers = IncomingMessage['headers'];

/** Methods that change nothing (RFC 9110, section 9.2.1): what they return stays hidden from pages of other origins. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Values of `sec-fetch-site` for pages of this origin, and for users who typed the address. */
const ownSites = new Set(['same-origin', 'none']);
const defaultPorts: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };

/**
 * Refuses what a malicious page makes a browser send: requests that change something, and streams, from pages of other origins (CSRF), and any
 * request by a name that is not this server's (DNS rebinding). Clients other than browsers send no `Origin` and pass.
 */
export class OriginPolicy {
  readonly #origins: readonly string[];
  readonly #streamOrigins: readonly string[];
  /** Undefined where any name will do. */
  readonly #hosts: ReadonlySet<string> | undefined;
  readonly #trustedProxies: number;
  /** Clients repeat one host: it is judged once. */
  #lastAllowedHost: string | undefined;

  constructor({ hosts = ['::'], allowedHosts, corsOrigins = [], streamOrigins = [], trustedProxies = 0 }: OriginPolicyConfig) {
    this.#origins = corsOrigins;
    this.#streamOrigins = [...corsOrigins, ...streamOrigins];
    this.#hosts = allowedHosts || isLoopbackOnly(hosts) ? new Set(allowedHosts?.map((name) => name.toLowerCase())) : undefined;
    this.#trustedProxies = trustedProxies;
  }

  /** @throws {Problem} `host-refused`, `origin-refused` */
  checkRequest({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): void {
    const host = this.#checkHost(headers);
    if (safeMethods.has(method!)) return;
    const { origin } = headers;
    if (origin === undefined) {
      const site = headers['sec-fetch-site'];
      if (site === undefined || ownSites.has(site) || this.#origins.includes('*')) return;
    } else if (isSameOrigin(origin, host) || includesOrigin(this.#origins, origin)) return;
    throw refusedOrigin(origin, 'CORS_ORIGINS');
  }

  /** The same for a WebSocket, which browsers let any page open. */
  checkStream({ headers }: Pick<IncomingMessage, 'headers'>): void {
    const host = this.#checkHost(headers);
    const { origin } = headers;
    if (origin === undefined || isSameOrigin(origin, host) || includesOrigin(this.#streamOrigins, origin)) return;
    throw refusedOrigin(origin, 'STREAM_ORIGINS');
  }

  /** The host that the client called, as the outermost trusted proxy saw it. */
  #checkHost(headers: Headers): string {
    const host = (this.#trustedProxies > 0 && forwardedHost(headers['x-forwarded-host'], this.#trustedProxies)) || (headers.host ?? '');
    if (this.#hosts === undefined || host === this.#lastAllowedHost) return host;
    const name = nameOf(host);
    // A page can be moved to another address by its name only. HTTP/1.0 sends none, and browsers do not speak it.
    const isAllowed = name === '' || name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || this.#hosts.has(withoutMirrorSuffix(name));
    if (!isAllowed) {
      const detail = `The host '${name.slice(0, 100)}' is not a name of this server; expected localhost, an IP address or a name in ALLOWED_HOSTS.`;
      throw new Problem('host-refused', detail);
    }
    this.#lastAllowedHost = host;
    return host;
  }
}

function refusedOrigin(origin: string | undefined, setting: string): Problem {
  const page = origin === undefined ? 'another site' : `the origin '${origin.slice(0, 100)}'`;
  return new Problem('origin-refused', `Pages of ${page} may not call this server; to allow the origin, add it to ${setting}.`);
}

function includesOrigin(origins: readonly string[], origin: string): boolean {
  return origins.includes('*') || origins.includes(origin);
}

/** Whether an origin is of this host and port, over whichever scheme: TLS may end at a proxy. */
function isSameOrigin(origin: string, host: string): boolean {
  if (host === '' || !URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const called = host.toLowerCase();
  const defaultPort = defaultPorts[protocol];
  return defaultPort !== undefined && (own === called || own + defaultPort === called);
}

/** A proxy may set the header or add to it: what counts is what the outermost trusted one wrote. */
function forwardedHost(header: string | string[] | undefined, trustedProxies: number): string {
  if (header === undefined) return '';
  const hosts = String(header).split(',');
  return hosts.at(-Math.min(trustedProxies, hosts.length))!.trim();
}

/** The name in a `host`, without port, brackets and a dot at its end. */
function nameOf(host: string): string {
  const bracket = host.startsWith('[') ? host.indexOf(']') : -1;
  if (bracket > 0) return host.slice(1, bracket);
  const colon = host.indexOf(':');
  const name = (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
