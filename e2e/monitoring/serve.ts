import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that answers on this machine. */
export interface Served {
  /** Host and port. */
  readonly address: string;
  close(): void;
}

/** Several scrapers ask for the same: what was found this recently serves them all. */
const freshMs = 4000;

/**
 * Answers every request with what `find` found last, and has it look again where that is old: a cluster that is slow for a moment has not
 * lost what it had. 503 with what went wrong where nothing was found yet.
 */
export async function serve(type: string, find: () => Promise<string>): Promise<Served> {
  let latest: Promise<string> | undefined;
  let askedAt = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', type);
    if (latest === undefined || performance.now() - askedAt > freshMs) {
      askedAt = performance.now();
      const found = find();
      latest ??= found;
      found.then(
        () => (latest = found),
        () => (latest = latest === found ? undefined : latest),
      );
    }
    latest.then(
      (text) => response.end(text),
      (error: unknown) => {
        response.statusCode = 503;
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
