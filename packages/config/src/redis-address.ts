/** Where Redis is and how it is reached. */
export interface RedisAddress {
  /** One server, or the Sentinels that know it. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** The name by which the Sentinels know the primary; undefined without Sentinel. */
  readonly primaryName: string | undefined;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

const redisPort = 6379;
const sentinelPort = 26_379;
const maxLength = 2048;

/**
 * Reads `redis[s]://[[user]:password@]host[:port][/database]` or
 * `redis[s]+sentinel://[[user]:password@]host[:port],…/primary-name[/database]`, user and password percent-encoded.
 *
 * @returns undefined for anything else
 */
export function parseRedisAddress(raw: string): RedisAddress | undefined {
  const match = raw.length <= maxLength ? /^redis(s?)(\+sentinel)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/i.exec(raw) : null;
  if (!match) return undefined;
  const [, secure, sentinel, credentials, places, path = ''] = match;
  const hosts = places!.split(',').map((place) => parseHost(place, sentinel === undefined ? redisPort : sentinelPort));
  const parts = path === '' ? [] : path.replace(/\/$/, '').split('/');
  const primaryName = sentinel === undefined ? undefined : parts.shift();
  const [database = '0', ...rest] = parts;
  const login = parseCredentials(credentials);
  const isWhole = hosts.every((host) => host !== undefined) && login && /^\d{1,5}$/.test(database) && rest.length === 0;
  if (!isWhole || (sentinel === undefined ? hosts.length !== 1 : !/^[\w.-]+$/.test(primaryName ?? ''))) return undefined;
  return { hosts, primaryName, tls: secure !== '', ...login, database: Number(database) };
}

function parseHost(place: string, defaultPort: number): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(place);
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  return match && port > 0 && port <= 65_535 ? { host: (match[1] ?? match[2])!, port } : undefined;
}

function parseCredentials(text: string | undefined): { username: string | undefined; password: string | undefined } | undefined {
  if (text === undefined || text === '') return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  try {
    const [username, password] = [text.slice(0, colon < 0 ? undefined : colon), colon < 0 ? '' : text.slice(colon + 1)].map(decodeURIComponent);
    // A user without a password cannot log in.
    return password ? { username: username || undefined, password } : undefined;
  } catch {
    return undefined; // Not percent-encoded.
  }
}
