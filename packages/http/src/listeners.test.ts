import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopbackOnly, listenAddresses } from './listen-addresses.ts';
import { listen, type Listeners } from './listeners.ts';

const config = { headersTimeoutMs: 1000, bodyTimeoutMs: 1000, headersMaxBytes: 16_384, halfClosedMs: 2000, keepAliveMs: 1000 };
const hasIPv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1') === true);
const itWithIPv6 = hasIPv6 ? it : it.skip;

describe('listen', () => {
  let listeners: Listeners | undefined;
  afterEach(() => {
    listeners?.close();
    listeners?.closeConnections();
  });
  const open = async (...hosts: string[]): Promise<Listeners> => {
    listeners = await listen({ config: { ...config, hosts }, port: 0, setting: 'PORT', handle: (_request, response) => void response.end('here') });
    return listeners;
  };
  const ask = async (host: string, { port }: Listeners) =>
    fetch(`http://${host}:${port}/`).then(
      (answer) => answer.text(),
      () => 'nothing',
    );

  itWithIPv6.each([['localhost'], ['::'], ['127.0.0.1', '::1']])('serves IPv4 and IPv6 on one port for HOST=%s', async (...hosts) => {
    const open4and6 = await open(...hosts);
    expect([await ask('127.0.0.1', open4and6), await ask('[::1]', open4and6)]).toEqual(['here', 'here']);
  });

  itWithIPv6('serves IPv6 alone, with brackets or without', async () => {
    for (const host of ['::1', '[::1]']) {
      const open6 = await open(host);
      expect([await ask('[::1]', open6), await ask('127.0.0.1', open6)]).toEqual(['here', 'nothing']);
      open6.close();
      open6.closeConnections();
    }
  });

  it('reaches loopback alone for HOST=localhost', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    const local = await open('localhost');
    expect(await ask('127.0.0.1', local)).toBe('here');
    if (outside) expect(await ask(outside.address, local)).toBe('nothing');
  });

  it('takes IPv4 where `::` cannot be listened on', async () => {
    expect(listenAddresses(['::'])).toEqual([{ host: '::', fallback: '0.0.0.0' }]);
    expect(await ask('127.0.0.1', await open('::'))).toBe('here');
  });

  it('names the setting of a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const failed = listen({ config: { ...config, hosts: ['127.0.0.1'] }, port, setting: 'OPERATIONS_PORT', handle: () => undefined });
    await expect(failed).rejects.toThrow(`port ${port} is taken: stop what listens there, or set OPERATIONS_PORT to another`);
    other.close();
  });

  it('names an address that the machine does not have', async () => {
    await expect(open('192.0.2.1')).rejects.toThrow('HOST names 192.0.2.1, which is no address of this machine');
  });
});

describe('isLoopbackOnly', () => {
  it.each([
    [['localhost'], true],
    [['127.0.0.1', '[::1]'], true],
    [['::ffff:127.0.0.1'], true],
    [['::'], false],
    [['0.0.0.0'], false],
    [['localhost', '10.0.0.1'], false],
  ])('%j: %s', (hosts, expected) => expect(isLoopbackOnly(hosts)).toBe(expected));
});
