import { z } from 'zod';

/**
 * What a client that cannot set headers offers as `Sec-WebSocket-Protocol`: this, which is accepted, and its key or token behind
 * `bearerProtocol`, which is read and never said again. So Kubernetes does it for browsers.
 */
export const streamProtocol = 'facet.stream';

export const bearerProtocol = 'facet.bearer.';

/** Codes with which a stream closes, besides the protocol's own 1000 to 1013. */
export const streamClose = {
  /** The server stops or restarts: connect again. */
  goingAway: 1001,
  /** Text where pictures are expected, or the other way round. */
  wrongKind: 1003,
  tooBig: 1009,
  /** The service behind the gateway was lost: connect again. */
  tryAgain: 1013,
  /** The key or token that opened the stream is not good any more. */
  unauthenticated: 4401,
  /** Nothing came for as long as `STREAM_IDLE`. */
  idle: 4408,
  /** The caller's limit is used up: a handshake tells when to come again. */
  overLimit: 4429,
} as const;

/** What the query of any stream may say. */
export const streamQuery = z.object({
  version: z.string().optional().describe('Selects a model version, because browsers cannot send `x-model-version` with a WebSocket.'),
  max_frames_per_second: z
    .number('expected a number above 0')
    .positive('expected a number above 0')
    .optional()
    .describe('Maximum responses per second. The gateway lowers it to the rate limit of the key.'),
});

/** How any stream is opened and ends, for its description. */
export const streamManners =
  'Who must show a key and cannot set headers offers the subprotocols `facet.stream` and `facet.bearer.<key or token>`. ' +
  'Each response counts towards the limits of the key, like a request. ' +
  'Closes with 1001 when the server restarts, 4401 when the key has expired, 4408 when nothing comes, 4429 when a limit is used up.';
