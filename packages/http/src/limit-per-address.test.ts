import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { holderOf, limitPerAddress } from './limit-per-address.ts';

describe('holderOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['127.0.0.6', undefined],
    ['::1', undefined],
    ['::ffff:127.0.0.1', undefined],
  ])('%s: %s', (address, expected) => expect(holderOf(address)).toBe(expected));
});

describe('limitPerAddress', () => {
  it('counts what is open, whoever closes it', () => {
    const server = new EventEmitter();
    limitPerAddress(server as Server, 2);
    const open = (remoteAddress: string) => {
      const socket = Object.assign(new EventEmitter(), { remoteAddress, destroyed: false, destroy: () => void (socket.destroyed = true) });
      server.emit('connection', socket);
      return socket;
    };
    const [first, second] = [open('192.0.2.1'), open('::ffff:192.0.2.1')];
    expect([first, second, open('192.0.2.1'), open('192.0.2.2')].map(({ destroyed }) => destroyed)).toEqual([false, false, true, false]);
    first.emit('close');
    expect(open('192.0.2.1').destroyed).toBe(false);
    expect(open('192.0.2.1').destroyed).toBe(true);
    expect(Array.from({ length: 9 }, () => open('127.0.0.1').destroyed)).not.toContain(true);
  });
});
