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
    doc: 'WebSockets that one process keeps open; more are refused with 503.',
  }),
  streamMessageMaxBytes: field({
    env: 'STREAM_MESSAGE_MAX_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '16KiB',
    doc: 'Largest message of a WebSocket that carries no pictures (those may be as long as a body); a larger one closes it with 1009.',
  }),
  streamPingMs: field({
    env: 'STREAM_PING',
    schema: milliseconds({ min: 100 }),
    fallback: '20s',
    doc: 'Time between pings; a WebSocket that answers none of two is cut.',
  }),
  streamIdleMs: field({
    env: 'STREAM_IDLE',
    schema: milliseconds({ min: 100 }),
    fallback: '2m',
    doc: 'A WebSocket over which no message comes for this long is closed with 4408.',
  }),
  streamOrigins: field({
    env: 'STREAM_ORIGINS',
    schema: origins(),
    doc: 'Origins besides its own whose pages may open WebSockets, divided by commas, or `*` for all. Clients that are no browsers send none and may.',
  }),
};

/** What a service that answers frames can be told besides. */
export const frameFields = {
  ...streamFields,
  streamMaxFps: field({
    env: 'STREAM_MAX_FPS',
    schema: whole({ min: 1, max: 1000 }),
    fallback: '60',
    doc: 'Frames a second that one WebSocket gets answers to; what comes faster is dropped, oldest first.',
  }),
};
