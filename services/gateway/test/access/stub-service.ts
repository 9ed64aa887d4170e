import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A service that answers at once with what it was asked, and counts. */
export interface StubService {
  readonly url: string;
  readonly asked: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** Time that it takes. */
  delayMs: number;
  /** What the requests that arrive now wait for. */
  held: Promise<void> | undefined;
  /** What it says of its model. */
  model: string;
  close(): void;
}

export async function startStub(): Promise<StubService> {
  const stub = {
    url: '',
    asked: [] as StubService['asked'],
    delayMs: 0,
    held: undefined as StubService['held'],
    model: 'digit/v1@sha256:aa',
    close: () => undefined as void,
  };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      stub.asked.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('latin1') });
      void Promise.all([stub.held, sleep(stub.delayMs)]).then(() => {
        response.setHeader('content-type', 'application/json');
        response.setHeader('x-model', stub.model);
        response.end(JSON.stringify({ request_id: request.headers['x-request-id'], path: request.url, count: stub.asked.length }));
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stub.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return stub;
}

/** Settings of a gateway before one stub for all services. */
export function before({ url }: StubService): Record<string, string> {
  return { GESTURE_URL: url, DIGIT_URL: url, DETECTION_URL: url };
}
