import type { StreamMessage } from '@facet/contracts';
import type { Hand } from './types.ts';

type Said<Type extends StreamMessage['type']> = Extract<StreamMessage, { type: Type }>;
export type HandAnswer = Said<'answer'>;

export interface HandStreamOptions {
  /** Insists on a model version. */
  readonly version?: string;
  /** Hears what becomes of frames, in their order; frames that newer ones replaced are told in `dropped`. */
  readonly onAnswer: (answer: HandAnswer) => void;
  /** Hears the greeting of each connection. */
  readonly onOpen?: (hello: Said<'hello'>) => void;
  /** Hears that a frame cannot be read; the stream goes on. */
  readonly onProblem?: (problem: Said<'problem'>) => void;
  /** Hears that a connection was lost or not granted, and when there will be another: never, where another would end in the same way. */
  readonly onLost?: (lost: { readonly code: number; readonly reason: string; readonly retryInMs: number | undefined }) => void;
}

/** Follows one hand for as long as it is open, over one connection after another. */
export interface HandStream {
  /** Sends a frame, or that no hand is seen. While there is no connection the newest frame waits, for older ones are of no use. */
  send(hand: Hand | null): void;
  close(): void;
}

/** How it connects. */
export interface StreamDefaults {
  readonly url: string;
  readonly apiKey: string | (() => string | Promise<string>) | undefined;
  readonly webSocket: (url: string, protocols: string[]) => WebSocket;
}

const wait = { firstMs: 100, mostMs: 8000 };
/** Bytes that may wait in the socket before frames are left out. */
const maxWaitingBytes = 16 * 1024;
/** Closed on purpose, for what was sent, or for who sent it: the same would happen again. 1000 to 1013 are the protocol's, the others Facet's. */
const finalCodes = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4401]);

/**
 * Opens `/gesture/stream`. When the server is replaced or cannot be reached it is opened again, at once and then after pauses that double up
 * to 8 seconds, with the newest frame first: what is lost of the hand are the tenths of a second over which actions are smoothed.
 */
export function openHandStream(defaults: StreamDefaults, options: HandStreamOptions): HandStream {
  let socket: WebSocket | undefined;
  let isGreeted = false;
  let isClosed = false;
  let lost = 0;
  let seq = 0;
  let newest: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const address = new URL(`${defaults.url.replace(/^http/, 'ws')}/gesture/stream`);
  if (options.version !== undefined) address.searchParams.set('version', options.version);

  const connect = async (): Promise<void> => {
    const key = typeof defaults.apiKey === 'function' ? await defaults.apiKey() : defaults.apiKey;
    if (isClosed) return;
    // Pages cannot set headers here: a key travels as a subprotocol.
    const opened = defaults.webSocket(address.href, key === undefined ? [] : ['facet.stream', `facet.bearer.${key}`]);
    socket = opened;
    opened.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as StreamMessage));
    opened.addEventListener('close', ({ code, reason }) => {
      if (socket === opened) again(code, reason);
    });
  };

  const hear = (message: StreamMessage): void => {
    if (isClosed) return;
    if (message.type === 'problem') options.onProblem?.(message);
    if (message.type === 'answer') options.onAnswer(message);
    if (message.type !== 'hello') return;
    isGreeted = true;
    lost = 0;
    options.onOpen?.(message);
    if (newest !== undefined) socket?.send(newest);
    newest = undefined;
  };

  const again = (code: number, reason: string): void => {
    isGreeted = false;
    socket = undefined;
    if (isClosed) return;
    isClosed = finalCodes.has(code);
    // Not all at once: everyone else has lost the same server.
    const retryInMs = isClosed ? undefined : Math.round(Math.min(wait.mostMs, wait.firstMs * 2 ** lost) * (0.5 + Math.random() / 2));
    lost += 1;
    if (retryInMs !== undefined) timer = setTimeout(start, retryInMs);
    options.onLost?.({ code, reason, retryInMs });
  };

  // A key that cannot be had is as good as no connection.
  const start = (): void => void connect().catch((error: unknown) => again(1006, String(error)));
  start();

  return {
    send(hand) {
      if (isClosed) return;
      const frame = JSON.stringify({ seq: seq++, ...(hand ?? { landmarks: null }) });
      if (!isGreeted) newest = frame;
      else if (socket!.bufferedAmount <= maxWaitingBytes) socket!.send(frame);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      socket?.close(1000);
    },
  };
}
