import { origins } from './addresses.ts';
import { field } from './load-config.ts';
import { bytes, milliseconds, whole } from './values.ts';

/** The limits of the WebSockets at one path. */
export interface StreamLimits {
  readonly streamMaxConnections: number;
  readonly streamMessageMaxBytes: number;
  readonly streamPingMs: number;
  readonly streamIdleMs: number;
}

/** What a server that keeps WebSockets open can be told besides. */
export const streamFields = {
  streamMaxConnections: field({
    env: 'STREAM_MAX_CONNECTIONS',
    schema: whole({ min: 0 }),
    fallback: '256',
    doc: 'Maximum open WebSockets per process; further ones are rejected with 503.',
  }),
  streamMessageMaxBytes: field({
    env: 'STREAM_MESSAGE_MAX_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '16KiB',
    doc: 'Maximum size of a WebSocket message without an image; a larger message closes the WebSocket with 1009. Images may be as large as a request body.',
  }),
  streamPingMs: field({
    env: 'STREAM_PING',
    schema: milliseconds({ min: 100 }),
    fallback: '20s',
    doc: 'Interval of WebSocket pings. A WebSocket that misses two pings is terminated.',
  }),
  streamIdleMs: field({
    env: 'STREAM_IDLE',
    schema: milliseconds({ min: 100 }),
    fallback: '2m',
    doc: 'Idle timeout: a WebSocket without a message for this long is closed with 4408.',
  }),
  streamOrigins: field({
    env: 'STREAM_ORIGINS',
    schema: origins(),
    doc: 'Comma-separated origins whose pages may open WebSockets, in addition to the server itself; `*` means all. Clients other than browsers send no origin and are not restricted.',
  }),
};

/** What a service that answers frames can be told besides. */
export const frameFields = {
  ...streamFields,
  streamMaxFps: field({
    env: 'STREAM_MAX_FPS',
    schema: whole({ min: 1, max: 1000 }),
    fallback: '60',
    doc: 'Maximum frames per second and WebSocket. Excess frames are dropped, oldest first.',
  }),
};
