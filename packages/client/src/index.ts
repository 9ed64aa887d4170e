export { createClient, type FacetClient, type ClientOptions } from './client.ts';
export type { HandAnswer, HandStream, HandStreamOptions } from './hand-stream.ts';
export { FacetError } from './facet-error.ts';
export type { CallOptions } from './call.ts';
export type { BatchOf, Detection, Digit, Gesture, Hand, Picture } from './types.ts';
