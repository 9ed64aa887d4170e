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

/** Answers every request with what `answer` gives about then, or 503 with what went wrong. */
export async function serve(type: string, answer: () => Promise<string>): Promise<Served> {
  let found: Promise<string> | undefined;
  let foundAt = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', type);
    if (found === undefined || performance.now() - foundAt > freshMs) {
      found = answer();
      foundAt = performance.now();
    }
    found.then(
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
