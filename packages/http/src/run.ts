import { Problem } from '@facet/problem';
import type { Log } from '@facet/telemetry';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { limitPerAddress } from './limit-per-address.ts';
import { createServer, STATUS_CODES } from './node-http.ts';
import type { Shell } from './shell.ts';

interface RunOptions {
  readonly shell: Shell;
  readonly log: Log;
  readonly config: {
    readonly host: string;
    readonly port: number;
    readonly headersTimeoutMs: number;
    readonly bodyTimeoutMs: number;
    readonly keepAliveMs: number;
    readonly drainDelayMs: number;
    readonly drainTimeoutMs: number;
    /** Connections that this process holds; without a limit unless said. */
    readonly maxConnections?: number | undefined;
    readonly maxConnectionsPerAddress?: number | undefined;
  };
  /** Releases what the service holds, after the last answer. */
  readonly close: () => Promise<void>;
}

export interface Running {
  readonly port: number;
  /** Drains and closes; further calls wait for the first. */
  stop(): Promise<void>;
}

/** From this delay on, someone in front spreads connections and will have left this process out before the delay is over. */
const balancedDelayMs = 2000;

/** A connection that has been quiet for this long after the last answer has nothing under way towards us. */
function quietTime(drainDelayMs: number): number {
  return Math.min(1000, Math.max(150, drainDelayMs / 5));
}

/**
 * Listens, and stops without losing a request.
 *
 * @throws {Error} one sentence when the port is taken
 */
export async function run({ shell, log, config, close }: RunOptions): Promise<Running> {
  const server = createServer(
    {
      connectionsCheckingInterval: 1000,
      headersTimeout: config.headersTimeoutMs,
      requestTimeout: config.bodyTimeoutMs,
      keepAliveTimeout: config.keepAliveMs,
      shouldUpgradeCallback: (request) => shell.streams.wants(request),
    },
    shell.handle,
  );
  server.on('clientError', refuseClient);
  server.on('upgrade', (request, socket, head) => void shell.streams.upgrade(request, socket, head));
  if (config.maxConnections !== undefined) server.maxConnections = config.maxConnections;
  if (config.maxConnectionsPerAddress !== undefined) limitPerAddress(server, config.maxConnectionsPerAddress);

  await listen(server, config.host, config.port);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'listening');

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= drain();
    return stopping;
  };

  async function drain(): Promise<void> {
    shell.draining = true;
    log.info({ open: shell.open, delayMs: config.drainDelayMs }, 'draining');
    // Readiness is 503 now; until everyone has noticed, new requests are answered. Their connections are kept: closing them
    // would only bring new ones, and those that wait to be accepted when the listener closes are reset by the kernel.
    // Behind a balancer new ones go elsewhere by half of the time: from then on each answer ends its connection, so that none
    // is left in use for a request to be on its way over it when it is closed.
    const farewellMs = config.drainDelayMs < balancedDelayMs ? 0 : config.drainDelayMs / 2;
    await sleep(config.drainDelayMs - farewellMs);
    shell.closing = farewellMs > 0;
    await sleep(farewellMs);
    // http's own close would also cut connections that look idle while a request is on its way over them.
    NetServer.prototype.close.call(server);
    shell.closing = true;
    const goodbyes = shell.streams.close();
    const until = performance.now() + config.drainTimeoutMs;
    const quietMs = quietTime(config.drainDelayMs);
    shell.lastAnswerAt = performance.now();
    while (performance.now() < until && (shell.open > 0 || performance.now() - shell.lastAnswerAt < quietMs)) await sleep(10);
    if (shell.open > 0) log.warn({ open: shell.open }, 'requests were still in flight when the drain time ended');
    await goodbyes;
    server.closeAllConnections();
    await close();
    log.info('stopped');
    await new Promise<void>((resolve) => log.flush(() => resolve()));
  }

  const onSignal = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);

  return { port, stop };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is taken: stop what listens there, or set PORT to another`) : error);
    });
    server.listen(port, host, resolve);
  });
}

/** Time in which a client that was refused can read why; then it is cut, for it may never hang up by itself. */
const goodbyeMs = 2000;

/** Answers what never became a request; there is no response object for it. */
function refuseClient(error: NodeJS.ErrnoException, socket: NodeJS.WritableStream & Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = new Problem(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-request');
  const body = JSON.stringify(problem.toBody(randomUUID()));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), goodbyeMs).unref();
}
