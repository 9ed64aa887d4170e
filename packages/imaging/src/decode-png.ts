import { Problem } from '@facet/problem';
import { crc32, inflateSync } from 'node:zlib';
import type { Pixels } from './pixels.ts';

const channelsOf: Readonly<Record<number, Pixels['channels']>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const idat = 0x49444154;
const iend = 0x49454e44;
const exif = 0x65584966;
/** Chunks that change what the samples mean: a palette, transparency by colour, a colour profile. */
const others = new Set([0x504c5445, 0x74524e53, 0x69434350]);

function damaged(detail: string): Problem {
  return new Problem('invalid-image', detail);
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/**
 * The same file with its eXIf chunk before its pixels, where decoders that read from the start look for it; PNG's third edition allows it
 * behind them.
 */
export function withEarlyExif(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let firstRows = -1;
  for (let at = 8; at + 8 <= bytes.length;) {
    const type = bytes.readUInt32BE(at + 4);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (type === idat && firstRows < 0) firstRows = at;
    if (type === exif) {
      if (firstRows < 0 || end > bytes.length) return file;
      return Buffer.concat([bytes.subarray(0, firstRows), bytes.subarray(at, end), bytes.subarray(firstRows, at), bytes.subarray(end)]);
    }
    at = end;
  }
  return file;
}

/** The compressed rows; undefined when a chunk says that this is no plain PNG. */
function readRows(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) {
      // All pixels may be there without the last chunk, and then decoders show them.
      if (parts.length > 0) return joined(parts);
      throw damaged('The PNG file ends before its last chunk.');
    }
    const length = bytes.readUInt32BE(at);
    const type = bytes.readUInt32BE(at + 4);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw damaged('The PNG file ends inside a chunk.');
    if (others.has(type)) return undefined;
    // A capital first letter marks a chunk that no decoder may skip.
    const isCritical = (type & 0x20000000) === 0;
    if (isCritical && crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw damaged('A chunk of the PNG file is damaged.');
    if (type === idat) parts.push(bytes.subarray(at + 8, end));
    if (type === iend) return joined(parts);
    at = end + 4;
  }
}

/**
 * Decodes the plain kind of PNG: 8 bits a sample, not interlaced, no palette, no profile.
 *
 * Pages and scripts that send small pictures send this kind, and for those the fixed cost of the general decoder, half a
 * millisecond, is forty times the work. It runs on the event loop, so it is for small pictures only.
 *
 * @returns the samples as they are stored; undefined when this is another kind of PNG, for the general decoder
 * @throws {Problem} `invalid-image` when the file is truncated or damaged
 */
export function decodePlainPng(file: Uint8Array): Pixels | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const channels = channelsOf[bytes[25]!];
  const isPlain = bytes[24] === 8 && bytes[28] === 0;
  if (channels === undefined || !isPlain) return undefined;
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const compressed = readRows(bytes);
  if (!compressed) return undefined;

  const stride = width * channels;
  const size = (stride + 1) * height;
  let rows: Buffer;
  try {
    // In one piece, with room for the byte that would be too many: pieces of a fixed size would have to be joined.
    rows = inflateSync(compressed, { maxOutputLength: size, chunkSize: Math.max(64, size + 1) });
  } catch (cause) {
    throw new Problem('invalid-image', undefined, { cause });
  }
  if (rows.length !== size) throw damaged('The PNG file holds fewer pixels than its header says.');
  return { data: unfilter(rows, stride, height, channels), width, height, channels };
}

/** What "as above" and the nearest of three neighbours come to where nothing is above. */
const onFirstRow: Readonly<Record<number, number>> = { 2: 0, 4: 1 };

/**
 * PNG, third edition, section 9: each row says how its bytes were predicted from those to the left and above.
 *
 * @param rows loses the first byte of every row: what it holds is written again, closed up, from its beginning
 */
function unfilter(rows: Uint8Array, stride: number, height: number, step: number): Uint8Array {
  for (let y = 0, from = 0, to = 0; y < height; y++, to += stride) {
    const filter = rows[from++]!;
    const above = to - stride;
    // Above the first row and to the left of the first pixel all is 0.
    switch (y === 0 ? (onFirstRow[filter] ?? filter) : filter) {
      case 0:
        rows.copyWithin(to, from, from + stride);
        break;
      case 1:
        rows.copyWithin(to, from, from + step);
        for (let x = step; x < stride; x++) rows[to + x] = rows[from + x]! + rows[to + x - step]!;
        break;
      case 2:
        for (let x = 0; x < stride; x++) rows[to + x] = rows[from + x]! + rows[above + x]!;
        break;
      case 3:
        for (let x = 0; x < stride; x++) {
          const left = x < step ? 0 : rows[to + x - step]!;
          rows[to + x] = rows[from + x]! + ((left + (y === 0 ? 0 : rows[above + x]!)) >> 1);
        }
        break;
      case 4:
        for (let x = 0; x < step; x++) rows[to + x] = rows[from + x]! + rows[above + x]!;
        for (let x = step; x < stride; x++) {
          const left = rows[to + x - step]!;
          const up = rows[above + x]!;
          const corner = rows[above + x - step]!;
          // On plain parts all three are alike, and it need not be asked which is nearest.
          rows[to + x] = rows[from + x]! + (left === up && up === corner ? left : paeth(left, up, corner));
        }
        break;
      default:
        throw damaged('A row of the PNG file has an unknown filter.');
    }
    from += stride;
  }
  return rows.subarray(0, stride * height);
}

/** Whichever of the three neighbours is nearest to left + up - corner; ties in this order. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
