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
    ['takes an address and its port for the address', from('10.0.0.1', '203.0.113.5:51234'), 1, '203.0.113.5'],
    ['takes an IPv6 address in brackets', from('10.0.0.1', '[2001:db8:1:2::5]'), 1, '2001:db8:1:2::/64'],
    ['takes one with its port', from('10.0.0.1', '[2001:db8:1:2::5]:443'), 1, '2001:db8:1:2::/64'],
    ['takes one of a zone', from('fe80::1%eth0'), 0, 'fe80:0:0:0::/64'],
    ['reads IPv4 in IPv6, in hexadecimal', from('10.0.0.1', '::ffff:102:304'), 1, '1.2.3.4'],
    ['reads IPv4 that was translated (RFC 6052)', from('10.0.0.1', '64:ff9b::1.2.3.4'), 1, '1.2.3.4'],
    ['takes the connection for a word', from('10.0.0.1', 'unknown'), 1, '10.0.0.1'],
    ['takes the connection for nothing', from('10.0.0.1', ''), 1, '10.0.0.1'],
    ['takes the connection for a long word', from('10.0.0.1', 'x'.repeat(300)), 1, '10.0.0.1'],
    ['takes the connection for an open bracket', from('10.0.0.1', '[2001:db8::1'), 1, '10.0.0.1'],
    ['takes the connection for what follows a bracket', from('10.0.0.1', '[2001:db8::1]x'), 1, '10.0.0.1'],
    ['takes the connection for too many groups', from('10.0.0.1', '1:2:3:4:5:6:7:8:9'), 1, '10.0.0.1'],
    ['takes the connection for two garbage words as one client', from('10.0.0.1', 'x, y'), 1, '10.0.0.1'],
    ['reads the loopback', from('::1'), 0, '0:0:0:0::/64'],
  ] as const)('%s', (_what, request, proxies, expected) => expect(clientAddress(request, proxies)).toBe(expected));
});
