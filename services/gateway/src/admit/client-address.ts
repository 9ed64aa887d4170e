import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * The address that a request came from.
 *
 * @param trustedProxies proxies in front of the gateway, each of which adds the address it saw to `x-forwarded-for`; what stands before theirs
 *   is what the client itself claims, and counts for nothing
 */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustedProxies: number): string {
  const forwarded = headers['x-forwarded-for'];
  const hops =
    trustedProxies === 0
      ? []
      : String(forwarded ?? '')
          .split(',')
          .map((hop) => hop.trim());
  return network((trustedProxies > 0 && hops.at(-Math.min(trustedProxies, hops.length))) || (socket.remoteAddress ?? 'unknown'));
}

/** Someone with one IPv6 address has 2^64 of them: the first half of it counts. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 64);
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const full = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - rest.length).fill('0'), ...rest];
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
