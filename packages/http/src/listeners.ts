import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerHalfClosed } from './half-closed.ts';
import { limitPerAddress } from './limit-per-address.ts';
import { listenAddresses, type ListenAddress } from './listen-addresses.ts';
import { createServer } from './node-http.ts';
import { refuseClient } from './refuse-client.ts';

export interface ListenConfig {
  /** Addresses to listen on, as `HOST` lists them. */
  readonly hosts: readonly string[];
  readonly headersTimeoutMs: number;
  readonly headersMaxBytes: number;
  /** Bytes that a head may have beyond that, for what a proxy of ours adds; none unless set. */
  readonly headersHeadroomBytes?: number;
  readonly halfClosedMs: number;
  readonly bodyTimeoutMs: number;
  readonly keepAliveMs: number;
  /** Connections that each listener of this process holds; without a limit unless set. */
  readonly maxConnections?: number | undefined;
  readonly maxConnectionsPerAddress?: number | undefined;
}

interface ListenOptions {
  readonly config: ListenConfig;
  /** 0 takes a free port, the same at every address. */
  readonly port: number;
  /** The setting that names the port, for the error when it is taken. */
  readonly setting: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes over connections that change to WebSocket; without it none do. */
  readonly streams?: {
    wants(request: IncomingMessage): boolean;
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  };
}

/** What listens on one port, at each of its addresses. */
export interface Listeners {
  readonly port: number;
  /** Accepts no more connections; those that are open go on. */
  close(): void;
  /** Ends the connections that are open. */
  closeConnections(): void;
}

/**
 * Listens on one port at every address of `hosts`.
 *
 * @throws {Error} one sentence when the port is taken or an address is not one of this machine
 */
export async function listen({ config, port, setting, handle, streams }: ListenOptions): Promise<Listeners> {
  const open = (): Server => {
    const server = createServer(
      {
        connectionsCheckingInterval: 1000,
        maxHeaderSize: config.headersMaxBytes + (config.headersHeadroomBytes ?? 0),
        headersTimeout: config.headersTimeoutMs,
        requestTimeout: config.bodyTimeoutMs,
        keepAliveTimeout: config.keepAliveMs,
        shouldUpgradeCallback: (request) => streams?.wants(request) ?? false,
      },
      handle,
    );
    // Node would send 100 at once: here it goes out where the body is read, so that what the head rules out is refused before its body is sent.
    server.on('checkContinue', (request, response) => {
      request.once('resume', () => {
        if (!response.headersSent) response.writeContinue();
      });
      handle(request, response);
    });
    // Bytes are the limit; beyond a count Node would leave headers out without a word.
    server.maxHeadersCount = 0;
    answerHalfClosed(server, config.halfClosedMs);
    server.on('clientError', (error, socket) => refuseClient(error, socket as Socket, config));
    if (streams) server.on('upgrade', (request, socket, head) => void streams.upgrade(request, socket, head));
    if (config.maxConnections !== undefined) server.maxConnections = config.maxConnections;
    if (config.maxConnectionsPerAddress !== undefined) limitPerAddress(server, config.maxConnectionsPerAddress);
    return server;
  };

  const servers: Server[] = [];
  let chosenPort = port;
  try {
    for (const address of listenAddresses(config.hosts)) {
      const server = await listenAt(open, address, chosenPort, setting);
      if (!server) continue;
      servers.push(server);
      chosenPort = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    port: chosenPort,
    // http's own close would also cut connections that look idle while a request is on its way over them.
    close: () => servers.forEach((server) => NetServer.prototype.close.call(server)),
    closeConnections: () => servers.forEach((server) => server.closeAllConnections()),
  };
}

/** What the system says of an address that it does not have, or of a family that is switched off. */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/** @returns undefined where the address may be missing, and is */
async function listenAt(open: () => Server, address: ListenAddress, port: number, setting: string): Promise<Server | undefined> {
  const server = open();
  try {
    await bind(server, address.host, port);
    return server;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Error(`port ${port} is taken: stop what listens there, or set ${setting} to another`, { cause: error });
    if (!noSuchAddress.has(code ?? '')) throw error;
    if (address.fallback !== undefined) return listenAt(open, { host: address.fallback }, port, setting);
    if (address.isOptional === true) return undefined;
    throw new Error(`HOST names ${address.host}, which is no address of this machine: list its own, or \`::\` for all`, { cause: error });
  }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
