import { parsed, type Value } from './parsed.ts';
import { parseRedisAddress } from './redis-address.ts';

function httpUrl(raw: string): URL | undefined {
  if (!/^https?:\/\/[^/\\]/i.test(raw) || !URL.canParse(raw)) return undefined;
  const value = new URL(raw);
  // User and password would be sent to nobody or to everybody; keys have settings of their own.
  return value.username === '' && value.password === '' && !raw.includes('#') ? value : undefined;
}

/** A base URL: paths are put behind it. */
export function url(): Value<string> {
  return parsed('a URL such as http://host:8081, without user, query or fragment', (raw) =>
    httpUrl(raw) && !raw.includes('?') ? raw.replace(/\/+$/, '') : undefined,
  );
}

/** The URL of one document, asked for as it is. */
export function documentUrl(): Value<string> {
  return parsed('a URL such as https://host/path, without user or fragment', (raw) => (httpUrl(raw) ? raw : undefined));
}

/** A server over HTTP: scheme, host and perhaps a port. */
export function serverUrl(): Value<string> {
  return parsed('a URL such as http://host:8081, without user, path, query or fragment', (raw) => {
    const value = httpUrl(raw);
    return value && value.pathname === '/' && !raw.includes('?') ? raw.replace(/\/+$/, '') : undefined;
  });
}

/** As a browser would send it, or undefined. Pages from other places than the web (`capacitor://localhost`) have origins too. */
function originOf(word: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/\\?#@*]+$/i.test(word) || !URL.canParse(word)) return undefined;
  const { origin } = new URL(word);
  return origin === 'null' ? word.toLowerCase() : origin;
}

/** Origins of pages divided by commas, or `*` alone. */
export function origins(): Value<readonly string[]> {
  return parsed('origins such as https://app.example.org divided by commas, each a scheme, a host and perhaps a port, or * alone', (raw) => {
    if (raw === '*') return ['*'];
    const found = raw.split(',').map((word) => originOf(word.trim()));
    return found.every((origin) => origin !== undefined) && new Set(found).size === found.length ? found : undefined;
  });
}

/** The address of Redis; what a fault says names no part of it, which may be a password. */
export function redisUrl(): Value<string> {
  return parsed(
    'redis://host:6379 or, with TLS, rediss://host:6379, perhaps as redis://user:password@host:6379/0; with Sentinel redis+sentinel://host:26379,host:26379/name-of-the-primary. Redis Cluster is not supported',
    (raw) => (parseRedisAddress(raw) ? raw : undefined),
  );
}
