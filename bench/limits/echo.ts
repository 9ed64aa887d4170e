import { join } from 'node:path';
import type { Contestant } from '../contestants/contestant.ts';

/** What HTTP alone costs: `node:http` with a process a core reads each request to its end and gives an answer that it had before. */
export const echo: Contestant = {
  name: 'echo',
  title: 'bare node:http',
  async launches(task, freePort) {
    const port = await freePort();
    return { launches: [{ command: process.execPath, args: [join(import.meta.dirname, 'echo-server.ts'), task, String(port)] }], port, path: '/' };
  },
};
