export { backoffMs, type Backoff } from './backoff.ts';
export { areaOf, overlapOf, sharedArea } from './boxes.ts';
export { logGamma } from './log-gamma.ts';
export { fullBucket, takeTokens, type TokenBucket, type TokenRate } from './token-bucket.ts';
