import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets clients that close their sending side after a request have its answer. Node would end the connection at once.
 *
 * The end of the sending side is also all that is seen of a client that has left. So the request is given up after a while.
 */
export function answerHalfClosed(server: Server, afterMs: number): void {
  if (afterMs === 0) return;
  // Node has this switch and does not document it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', (socket: Socket) => {
    socket.once('end', () => {
      if (socket.destroyed) return;
      const timer = setTimeout(() => socket.destroy(), afterMs).unref();
      socket.once('close', () => clearTimeout(timer));
    });
  });
}
