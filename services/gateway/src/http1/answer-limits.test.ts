import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { maxHeaders } from './answer-head.ts';
import { maxInterim, type UpstreamAnswer } from './answer-parser.ts';
import { ConnectionPool, type Pool } from './connection-pool.ts';
import { Exchange } from './exchange.ts';
import { NodePool } from './node-pool.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes';
const interim = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
const lines = (count: number): string => 'a: b\r\n'.repeat(count);
const chunked = (trailers: number): string => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n${lines(trailers)}\r\n`;

describe.each([
  ['own', ConnectionPool],
  ['node', NodePool],
])('the limits of answers with the HTTP client %j', (_, Client) => {
  let server: Server;
  let pool: Pool;
  let answer: string;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      socket.on('data', () => socket.write(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    pool = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 2, connectTimeoutMs: 500, maxAgeMs: 60_000 });
  });
  afterAll(async () => {
    pool.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const ask = (): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => pool.send(new Exchange({ method: 'POST', path: '/predict', headers: {}, body: Buffer.from('{}') }, resolve, reject)));

  it.each([
    ['the status 101 that was not asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['the status 101 with the name of a protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['the status 600', ok.replace('200', '600')],
    ['the status 999', ok.replace('200', '999')],
    ['too many headers', ok.replace('\r\n', `\r\n${lines(maxHeaders)}`)],
    ['too many headers in an interim response', interim.replace('\r\n', `\r\n${lines(maxHeaders)}`) + ok],
    ['too many interim responses', interim.repeat(maxInterim + 1) + ok],
    ['500 interim responses', interim.repeat(500) + ok],
    ['too many trailers', chunked(maxHeaders + 1)],
    ['another answer behind it', ok + ok],
    ['something else behind it', `${ok}x`],
  ])('refuses %s, and closes the connection', async (_what, text) => {
    answer = text;
    await expect(ask()).rejects.toThrow(/./);
    answer = ok;
    const { status, body } = await ask();
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'yes' });
  });

  it.each([
    ['as many headers', ok.replace('\r\n', `\r\n${lines(maxHeaders - 1)}`)],
    ['as many interim responses', interim.repeat(maxInterim) + ok],
    ['as many trailers', chunked(maxHeaders)],
    ['the largest status', ok.replace('200', '599')],
  ])('takes %s as it may have', async (_what, text) => {
    answer = text;
    expect((await ask()).body.toString()).toBe('yes');
  });
});
