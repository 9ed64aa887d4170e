import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/** Networks by address: a few clients send most requests, and reading an IPv6 address costs as much as all the rest. */
const networks = new Map<string, string>();
const maxNetworks = 1024;
/** An IPv6 address in brackets with a port. */
const longestAddress = 64;

/**
 * The address that a request came from, without a port; of an IPv6 address its network.
 *
 * @param trustedProxies proxies in front of the gateway, each of which adds the address it saw to `x-forwarded-for`; what stands before theirs
 *   is what the client itself claims, and counts for nothing
 */
export function clientAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustedProxies: number): string {
  const own = socket.remoteAddress ?? '';
  const forwarded = trustedProxies === 0 ? undefined : headers['x-forwarded-for'];
  if (forwarded !== undefined) {
    const hops = String(forwarded).split(',');
    // What is no address says nothing of the client: all that comes over this connection is then one.
    const network = networkOf(hops.at(-Math.min(trustedProxies, hops.length))!);
    if (network !== undefined) return network;
  }
  return networkOf(own) ?? 'unknown';
}

function networkOf(text: string): string | undefined {
  if (text.length > longestAddress) return undefined;
  const known = networks.get(text);
  if (known !== undefined) return known;
  const network = readNetwork(withoutPort(text.trim()));
  if (network === undefined) return undefined;
  if (networks.size >= maxNetworks) networks.delete(networks.keys().next().value!);
  networks.set(text, network);
  return network;
}

/** Some proxies write the port of the connection as well: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    return end > 0 && (end === text.length - 1 || text[end + 1] === ':') ? text.slice(1, end) : '';
  }
  const colon = text.indexOf(':');
  return colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}

/** A client with one IPv6 address has 2^64 of them: the first half counts. An IPv4 address in IPv6 is itself. */
function readNetwork(address: string): string | undefined {
  if (isIPv4(address)) return address;
  const plain = address.split('%', 1)[0]!;
  if (!isIPv6(plain)) return undefined;
  const groups = groupsOf(plain);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isTranslated = groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isMapped || isTranslated) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const [before, after] = [partsOf(head), partsOf(tail ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function partsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
