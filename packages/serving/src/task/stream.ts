import type { StreamLimits } from '@facet/config';
import type { Work } from '@facet/inference';
import type { Payload } from './call.ts';
import type { Answerer } from './ensemble.ts';

/** One end of a stream of messages, whatever protocol carries them. */
interface MessageStream {
  /** The id of the request that opened it. */
  readonly id: string;
  /** True while the client takes less than is sent to it. */
  readonly isBehind: boolean;
  /** Sends one text; calls back when it has been taken. */
  send(text: string, sent?: () => void): void;
  /** @param code of RFC 6455 */
  close(code: number, reason?: string): void;
  /** Closes it for a fault of ours, which is logged. */
  fail(error: unknown): void;
}

/** What becomes of the messages of a stream. */
interface MessageListener {
  /** One message as it came: text, or binary. */
  message(bytes: Buffer, isBinary: boolean): void;
  /** Called once, whichever end closed the stream. */
  closed?(): void;
}

/** The model behind one stream, chosen when it was opened. */
interface StreamModel<Answer> {
  readonly model: Answerer;
  /** Answers a second that it may get, by what its client or the gateway asked for; infinite unless they did. */
  readonly maxFramesPerSecond: number;
  /** Makes one prediction and counts it. */
  predict(input: () => Payload, work: Work): Promise<Answer>;
}

/** How a task answers a stream. */
export interface StreamHandler<Answer> {
  readonly limits: StreamLimits;
  listen(stream: MessageStream, behind: StreamModel<Answer>): MessageListener;
}
