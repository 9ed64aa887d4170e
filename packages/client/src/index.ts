export { createClient, type FacetClient, type ClientOptions, type KindClients } from './client.ts';
export { FacetError } from './facet-error.ts';
export type { CallOptions } from './call.ts';
export type { FrameStream, StreamEvents, StreamLoss } from './stream/reconnecting-stream.ts';
export type { StreamOptions } from './stream/open-stream.ts';
export type { HandAnswer } from './stream/wire.ts';
export type { BatchOf, Classification, Detection, Digit, Gesture, Hand, Picture } from './types.ts';
