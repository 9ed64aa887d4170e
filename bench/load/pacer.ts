import { parentPort, workerData } from 'node:worker_threads';

export interface PacerJob {
  readonly rate: number;
  readonly seed: number;
  /** Milliseconds since the epoch at which the first second begins. */
  readonly origin: number;
  readonly seconds: number;
}

/**
 * Tells when requests are due, from a thread that can sleep for a tenth of a millisecond: the event loop's own timers know whole
 * milliseconds, and spinning would take a core from the server.
 */
const { rate, seed, origin, seconds } = workerData as PacerJob;
const cell = new Int32Array(new SharedArrayBuffer(4));
const beganAt = origin - performance.timeOrigin;

let state = seed >>> 0;
/** Mulberry32: 0 up to, not including, 1. */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

let dueMs = 0;
while (true) {
  // Gaps between independent arrivals follow the exponential distribution.
  dueMs += (-Math.log(1 - random()) / rate) * 1000;
  if (dueMs >= seconds * 1000) break;
  const waitMs = beganAt + dueMs - performance.now();
  if (waitMs > 0) Atomics.wait(cell, 0, 0, waitMs);
  parentPort!.postMessage(dueMs);
}
