import { call, type CallDefaults } from '../call.ts';
import { FacetError } from '../facet-error.ts';
import { RetryPolicy } from '../retry-policy.ts';
import { ReconnectingStream, type FrameStream, type StreamEvents, type StreamParts } from './reconnecting-stream.ts';
import type { Wire } from './wire.ts';

/** What any stream may be asked for. */
export interface StreamOptions {
  /** Insists on a model version. */
  readonly version?: string;
  /** Answers a second that are wanted at most. */
  readonly maxFramesPerSecond?: number;
  /** False where a refused handshake is not to be followed by a request that asks why: for who goes on by requests anyway. True unless said. */
  readonly asksWhy?: boolean;
}

/**
 * Opens a stream, and opens it again whenever it is lost.
 *
 * @param path of the stream, with its options in the query
 */
export function openStream<Frame, Message extends { type: string }>(
  defaults: CallDefaults & Pick<StreamParts<Frame, Message>, 'webSocket'>,
  path: string,
  wire: Wire<Frame, Message>,
  { asksWhy = true, ...events }: StreamEvents<Message> & StreamOptions,
): FrameStream<Frame> {
  const { apiKey, url, webSocket } = defaults;
  return new ReconnectingStream({
    url: `${url.replace(/^http/, 'ws')}${path}`,
    credential: () => (typeof apiKey === 'function' ? apiKey() : apiKey),
    wire,
    events,
    webSocket,
    async whyNot() {
      const unknown = new FacetError('no stream comes about', { status: undefined, code: 'unreachable', requestId: undefined });
      if (!asksWhy) return unknown;
      const answer: unknown = await call({ ...defaults, retries: new RetryPolicy(0) }, { method: 'GET', path }).catch((error: unknown) => error);
      return answer instanceof FacetError ? answer : unknown;
    },
  });
}
