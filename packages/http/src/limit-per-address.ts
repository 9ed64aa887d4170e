import { isIPv6, type Server, type Socket } from 'node:net';

/**
 * Closes connections at once from an address that holds as many as it may; of IPv6 a /64 is one address, for that is what one customer gets.
 * The loopback is left out: what comes from there is a proxy of this host, which is many callers.
 */
export function limitPerAddress(server: Server, limit: number): void {
  const held = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = holderOf(socket.remoteAddress ?? '');
    if (address === undefined) return;
    const count = held.get(address) ?? 0;
    if (count >= limit) {
      socket.destroy();
      return;
    }
    held.set(address, count + 1);
    socket.once('close', () => {
      const left = held.get(address)! - 1;
      if (left > 0) held.set(address, left);
      else held.delete(address);
    });
  });
}

/** Who holds a connection; undefined for the loopback. */
export function holderOf(remoteAddress: string): string | undefined {
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)?.[1] ?? remoteAddress;
  if (address === '::1' || address.startsWith('127.')) return undefined;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - (tail === '' ? 0 : tail.split(':').length));
  const whole = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ? tail.split(':') : [])];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
