/* oxlint-disable node/no-process-env -- it is a program of its own */
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * A service that works on SLOTS requests at once, WORK_MS each, whatever the machine does meanwhile; the others wait in line without a bound,
 * as one that protects itself badly. Its parent tells it how to misbehave:
 *
 * `ok`; `slow:<factor>`; `silent`: takes connections and never answers; `broken`: breaks every connection off; `closed`: refuses them;
 * `failing:<share>`: a proxy's 503 for that share of the requests.
 */
const { HOST: host = '127.0.0.1', PORT: port = '0', SLOTS: slots = '8', WORK_MS: workMs = '50' } = process.env;

interface Waiting {
  readonly response: ServerResponse;
  readonly path: string;
  readonly diesAt: number;
  /** How many were worked on or waited when it came. */
  readonly before: number;
}

const waiting: Waiting[] = [];
const sockets = new Set<Socket>();
let working = 0;
let mode = 'ok';
let factor = 1;
let failing = 0;
let asked = 0;

function work(): void {
  while (working < Number(slots)) {
    const next = waiting.shift();
    if (!next) return;
    // Nobody waits for it any more: no time goes to it.
    if (next.diesAt <= performance.now() || next.response.destroyed) continue;
    working += 1;
    setTimeout(
      () => {
        working -= 1;
        answer(next);
        work();
      },
      Number(workMs) * factor,
    );
  }
}

function answer({ response, path, before }: Waiting): void {
  if (mode === 'silent') return;
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-model', `digit/${/v\d/.exec(path)?.[0] ?? 'v1'}@sha256:aa`);
  response.setHeader('x-before', String(before));
  response.end(JSON.stringify({ host, path }));
}

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (mode === 'broken') request.socket.destroy();
    else if (request.method === 'GET') answer({ response, path: request.url ?? '', diesAt: Infinity, before: 0 });
    else {
      asked += 1;
      if (Math.random() < failing) response.writeHead(503).end('no healthy upstream');
      else {
        const diesAt = performance.now() + Number(request.headers['x-request-timeout-ms'] ?? Infinity);
        waiting.push({ response, path: request.url ?? '', diesAt, before: working + waiting.length });
        work();
      }
    }
  });
});
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  socket.on('error', () => undefined);
});
server.keepAliveTimeout = 60_000;

let listeningAt = Number(port);
function listen(): void {
  server.listen(listeningAt, host, () => {
    const address = server.address();
    if (typeof address === 'object' && address) listeningAt = address.port;
    process.send?.({ port: listeningAt });
  });
}

process.on('message', (message: string) => {
  const [next = 'ok', value = '1'] = message.split(':');
  if (next === 'asked') {
    process.send?.({ asked });
    return;
  }
  const wasClosed = mode === 'closed';
  mode = next;
  factor = next === 'slow' ? Number(value) : 1;
  failing = next === 'failing' ? Number(value) : 0;
  if (mode === 'closed') {
    server.close();
    for (const socket of sockets) socket.destroy();
    process.send?.({});
  } else if (wasClosed) listen();
  else process.send?.({});
});
process.on('disconnect', () => process.exit(0));
listen();
