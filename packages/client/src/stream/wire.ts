import type { ClassificationStreamMessage, DetectionStreamMessage, StreamMessage } from '@facet/contracts';
import type { Hand, Picture } from '../types.ts';

type OneOf<Message, Type extends string> = Extract<Message, { type: Type }>;

export type HandMessage = StreamMessage;
export type PictureMessage = DetectionStreamMessage;
export type ClassifiedMessage = ClassificationStreamMessage;

/** The parts of what one task says over its stream. */
export interface Said<Message> {
  readonly hello: OneOf<Message, 'hello'>;
  readonly answer: OneOf<Message, 'answer'>;
  readonly problem: OneOf<Message, 'problem'>;
}

/** What a stream says of one frame of a hand. */
export type HandAnswer = Said<HandMessage>['answer'];

/** How one task's frames look on a stream, and which of them a message is about. */
export interface Wire<Frame, Message extends { type: string }> {
  /** Bytes that may wait to be sent before further frames are left out. */
  readonly mostWaitingBytes: number;
  /** True where the service counts the frames of each connection from 0. */
  readonly countsAnew: boolean;
  encode(frame: Frame, number: number): string | Picture;
  numberOf(message: Said<Message>['answer'] | Said<Message>['problem']): number | null;
}

/** A hand a frame, or null where none is seen. */
export const gestureWire: Wire<Hand | null, HandMessage> = {
  mostWaitingBytes: 16 * 1024,
  countsAnew: false,
  encode: (hand, seq) => JSON.stringify({ seq, ...(hand ?? { landmarks: null }) }),
  numberOf: ({ seq }) => seq,
};

/** A picture a frame; while one is on its way out, the next would only wait. */
export const pictureWire: Wire<Picture, PictureMessage> & Wire<Picture, ClassifiedMessage> = {
  mostWaitingBytes: 0,
  countsAnew: true,
  encode: (picture) => picture,
  numberOf: ({ frame }: { readonly frame: number | null }) => frame,
};
