import type { Pixels } from './pixels.ts';

/** Pieces that are kept for the next picture. */
const maxFree = 4;
/** A piece may be so many times as large as what it is taken for. */
const maxWaste = 4;
const free: ArrayBuffer[] = [];
/** Pieces that were made here, and no others, come back. */
const own = new WeakSet<ArrayBufferLike>();

/**
 * Memory for decoded samples; what it holds is left from another picture, so all of it must be written.
 *
 * Made anew for each picture, a megabyte costs half as much as decoding into it: the kernel clears it page by page.
 */
export function takeSamples(length: number): Buffer {
  const at = free.findIndex(({ byteLength }) => byteLength >= length && byteLength <= maxWaste * length);
  const [piece = new ArrayBuffer(length)] = at < 0 ? [] : free.splice(at, 1);
  own.add(piece);
  return Buffer.from(piece, 0, length);
}

/**
 * Gives the memory of decoded samples back; nobody may look at them any more.
 *
 * What is not kept is freed at once. V8 does not see how large it is until 64 MB have come together, and then stops everything to search
 * the whole heap: 20 ms, several times a second. Small ones lie in Node's pool, with others.
 */
export function release({ data: { buffer } }: Pixels): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength <= Buffer.poolSize) return;
  if (!own.has(buffer)) buffer.transfer(0);
  else if (free.push(buffer) > maxFree) free.shift()!.transfer(0);
}
