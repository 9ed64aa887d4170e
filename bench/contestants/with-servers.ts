import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../payloads/cases.ts';
import { serialise } from '../payloads/request.ts';
import type { Contestant } from './contestant.ts';
import { startServer, type Server } from './server.ts';

/** A server, and the file with the request as it wants it. */
export interface Ready {
  readonly server: Server;
  readonly requestFile: string;
}

/**
 * Starts contestants, one after the other, and stops them when the work is done, whatever comes of it.
 *
 * @param absent told of one that cannot be had here, or gives no right answer; the others go on without it
 * @throws {Error} when one gives no right answer and nobody is to be told
 */
export async function withServers<T>(
  contestants: readonly Contestant[],
  subject: Case,
  work: (ready: readonly Ready[]) => Promise<T>,
  absent?: (contestant: Contestant, reason: unknown) => void,
): Promise<T> {
  const body = await subject.body();
  const folder = await mkdtemp(join(tmpdir(), 'facet-bench-'));
  const ready: Ready[] = [];
  try {
    for (const contestant of contestants) {
      const asked = contestant.protocol?.request(body) ?? body;
      const start = async (): Promise<Server> => {
        await contestant.prepare?.();
        return startServer(contestant, subject, asked);
      };
      const server = await start().catch((reason: unknown) => {
        if (!absent) throw reason;
        absent(contestant, reason);
      });
      if (!server) continue;
      const requestFile = join(folder, contestant.name);
      ready.push({ server, requestFile });
      await writeFile(requestFile, serialise(server.port, server.path, asked));
    }
    return await work(ready);
  } finally {
    await Promise.all(ready.map(({ server }) => server.stop()));
    await rm(folder, { recursive: true });
  }
}
