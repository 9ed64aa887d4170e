import type { Pixels } from './pixels.ts';

/**
 * Gives the memory of decoded samples back at once; nobody may look at them any more.
 *
 * V8 does not see how large they are until 64 MB have come together, and then stops everything to search the whole heap: 20 ms, several
 * times a second. Small ones lie in Node's pool, with others.
 */
export function release({ data: { buffer } }: Pixels): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
