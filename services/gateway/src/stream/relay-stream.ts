import { streamClose } from '@facet/contracts';
import type { Stream, StreamListener } from '@facet/http';
import { Problem } from '@facet/problem';
import type { WebSocket } from 'ws';
import type { StreamLimits } from '../admit/stream-limits.ts';

/** Bytes that may wait at one side before the other is no longer read, so that it waits at its sender. */
const highWaterBytes = 64 * 1024;

/** Codes that stand for no code; they are never sent (RFC 6455, section 7.4.1). */
const unsendable: Readonly<Record<number, number>> = { 1005: 1000, 1006: streamClose.tryAgain, 1015: streamClose.tryAgain };

/** How a stream ends that its caller may not have any longer. */
const endings: Readonly<Record<number, number>> = { 401: streamClose.unauthenticated, 429: streamClose.overLimit };

/**
 * Passes messages on both ways, unread, and closes one side as the other was closed.
 *
 * @param upstream an open connection, paused, so that nothing it has said is lost
 * @param pass counts each answer, which is each message but the greeting
 */
export function relayStream(client: Stream, upstream: WebSocket, { count }: StreamLimits): StreamListener {
  const end = (error: unknown): void => {
    const code = error instanceof Problem ? endings[error.status] : undefined;
    if (code === undefined) client.fail(error);
    else client.close(code, (error as Problem).code);
  };
  let isGreeted = false;
  upstream.on('message', (data) => {
    if (isGreeted) count().catch(end);
    isGreeted = true;
    client.send(data as Buffer, () => upstream.resume());
    if (client.isBehind) upstream.pause();
  });
  upstream.once('close', (code, reason) => client.close(unsendable[code] ?? code, reason.toString('utf8')));
  upstream.on('error', () => upstream.terminate());
  upstream.resume();
  return {
    message(bytes, isBinary) {
      if (upstream.readyState !== upstream.OPEN) return;
      upstream.send(bytes, { binary: isBinary }, () => client.resume());
      if (upstream.bufferedAmount > highWaterBytes) client.pause();
    },
    closed: (code, reason) => upstream.close(code === 1006 ? streamClose.goingAway : (unsendable[code] ?? code), reason.slice(0, 120)),
  };
}
