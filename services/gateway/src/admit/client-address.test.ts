import type { IncomingMessage } from 'node:http';
import { clientAddress } from './client-address.ts';

function from(remoteAddress: string, forwarded?: string): Pick<IncomingMessage, 'headers' | 'socket'> {
  return { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('clientAddress', () => {
  it.each([
    ['believes nobody by default', from('10.0.0.1', '1.2.3.4'), 0, '10.0.0.1'],
    ['takes what the one proxy saw', from('10.0.0.1', '6.6.6.6, 1.2.3.4'), 1, '1.2.3.4'],
    ['takes what the outer of two saw', from('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.9'), 2, '1.2.3.4'],
    ['takes the first of fewer than promised', from('10.0.0.1', '1.2.3.4'), 3, '1.2.3.4'],
    ['takes the connection where a proxy said nothing', from('10.0.0.1'), 1, '10.0.0.1'],
    ['reads IPv4 in IPv6', from('::ffff:10.0.0.1'), 0, '10.0.0.1'],
    ['takes the network of an IPv6 address', from('2001:db8:0:7::5:1'), 0, '2001:db8:0:7::/64'],
    ['whatever its spelling', from('2001:0DB8::0007:1:2:3:4'), 0, '2001:db8:0:7::/64'],
    ['reads the loopback', from('::1'), 0, '0:0:0:0::/64'],
  ] as const)('%s', (_what, request, proxies, expected) => expect(clientAddress(request, proxies)).toBe(expected));
});
