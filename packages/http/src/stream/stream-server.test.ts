import { createMetrics, type Log } from '@facet/telemetry';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { OriginPolicy } from '../origin-policy.ts';
import { BodyBudget } from '../receive/body-budget.ts';
import { StreamServer } from './stream-server.ts';

const maxBytes = 100_000;

describe('the budget of a stream', () => {
  const budget = new BodyBudget(1024 ** 2);
  let server: Server;
  let socket: WebSocket;
  beforeEach(async () => {
    const log = { info: () => undefined, error: () => undefined } as unknown as Log;
    const streams = new StreamServer(log, createMetrics(), new OriginPolicy({}), budget);
    const limits = { streamMaxConnections: 1, streamMessageMaxBytes: maxBytes, streamPingMs: 60_000, streamIdleMs: 60_000 };
    streams.serve('/', limits, () => () => ({ message: () => undefined }));
    server = createServer().on('upgrade', (request, connection, head) => void streams.upgrade(request, connection, head));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await once(socket, 'open');
  });
  afterEach(() => {
    socket.terminate();
    server.close();
  });

  /** Repeats a frame until the server has read more than the budget, and gives back what is held then. */
  async function heldAfter(send: (sent: () => void) => void, frames: number): Promise<number> {
    for (let sent = 0; sent < frames; sent += 1000)
      await new Promise<void>((resolve) => {
        for (let one = 1; one <= 1000; one += 1) send(one === 1000 ? resolve : () => undefined);
      });
    await sleep(200);
    expect(socket.readyState).toBe(socket.OPEN);
    return budget.heldBytes;
  }

  it('holds nothing of pongs', async () => expect(await heldAfter((sent) => socket.pong(Buffer.alloc(125), true, sent), 10_000)).toBeLessThan(1000));

  it('holds nothing once a message is whole', async () => {
    socket.send(Buffer.alloc(90_000));
    await sleep(200);
    expect(budget.heldBytes).toBe(0);
  });

  it('holds what has come of a message', async () => {
    socket.send(Buffer.alloc(70_000), { fin: false });
    socket.pong(Buffer.alloc(125));
    await sleep(200);
    expect(budget.heldBytes).toBeGreaterThan(69_000);
    socket.terminate();
    for (let round = 0; round < 100 && budget.heldBytes > 0; round += 1) await sleep(20);
    expect(budget.heldBytes).toBe(0);
  });
});
