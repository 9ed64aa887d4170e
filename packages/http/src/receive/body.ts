import { Problem } from '@facet/problem';
import { overBudget } from './body-budget.ts';
import { bodyTooLarge, type BodySource } from './body-source.ts';
import { decodeBody, encodingOf } from './content-encoding.ts';

/** Bodies that declare more get their memory at once; smaller ones mostly come in one piece. */
const preallocatedFromBytes = 64 * 1024;
/** Smaller pieces are copied together: thousands of them would each keep an object alive, and the whole packet that they came in. */
const smallPieceBytes = 4096;
const blockBytes = 16 * 1024;

/**
 * Reads a whole body into one buffer, as it was sent. Its bytes are held in the budget as they come, until the request releases them.
 *
 * @param alignAt offset in the body that is to lie on a multiple of 8 bytes in memory, so that numbers there can be viewed in place
 * @throws {Problem} `body-too-large` as soon as the declared or the real size is over the limit, `overloaded` as soon as there is no room
 * for it in the budget, `malformed-request` when it breaks off, `deadline-exceeded` when the request is cancelled before it is whole
 */
export function readRawBody(source: BodySource, maxBytes: number, alignAt = 0): Promise<Buffer> {
  const { request, budget } = source;
  const declared = request.headers['content-length'];
  const declaredBytes = declared === undefined ? undefined : Number(declared);
  if (declaredBytes !== undefined && declaredBytes > maxBytes) return Promise.reject(bodyTooLarge(maxBytes));
  // What has no room need not be read on; but only what has come is held, or declaring much would cost a client nothing.
  if (!budget.hasRoom(source, declaredBytes ?? 0)) return Promise.reject(overBudget());
  return new Promise((resolve, reject) => {
    const pieces = declaredBytes !== undefined && declaredBytes > preallocatedFromBytes ? new WholePieces(declaredBytes, alignAt) : new ListedPieces(alignAt);
    let length = 0;
    let isOver = false;
    const fail = (problem: Problem): void => {
      if (isOver) return;
      isOver = true;
      request.off('data', onData).pause();
      pieces.free();
      reject(problem);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      try {
        if (length > maxBytes) throw bodyTooLarge(maxBytes);
        budget.hold(source, pieces.costOf(chunk));
        pieces.add(chunk);
      } catch (error) {
        fail(Problem.from(error));
      }
    };
    request.on('data', onData);
    request.once('end', () => {
      if (isOver) return;
      isOver = true;
      resolve(pieces.join(length));
    });
    request.once('error', (cause) => fail(new Problem('malformed-request', 'The body ended before its declared length.', { cause })));
    source.onCancel?.(() => fail(new Problem('deadline-exceeded')));
  });
}

/**
 * Reads a whole body and undoes its `Content-Encoding`.
 *
 * @param maxBytes of the body as it was sent, and of what is in it
 * @throws {Problem} what {@link readRawBody} throws, and `unsupported-content-type` for an encoding that is not known
 */
export async function readBody(source: BodySource, maxBytes: number, alignAt = 0): Promise<Buffer> {
  const encoding = encodingOf(source.request.headers['content-encoding']);
  if (encoding === undefined) return readRawBody(source, maxBytes, alignAt);
  return decodeBody(source, encoding, await readRawBody(source, maxBytes), maxBytes);
}

interface Pieces {
  /** Memory that a piece takes when it is added. */
  costOf(chunk: Buffer): number;
  add(chunk: Buffer): void;
  join(length: number): Buffer;
  /** Gives the memory back at once: the collector does not see how large it is until much has come together. */
  free(): void;
}

function memoryFor(length: number, alignAt: number): Buffer {
  const padding = (8 - (alignAt % 8)) % 8;
  return Buffer.from(new ArrayBuffer(padding + length), padding, length);
}

/** A body of declared length: the kernel gives it memory as it is written. */
class WholePieces implements Pieces {
  readonly #whole: Buffer;
  #at = 0;

  constructor(length: number, alignAt: number) {
    this.#whole = memoryFor(length, alignAt);
  }

  costOf(chunk: Buffer): number {
    return chunk.length;
  }

  add(chunk: Buffer): void {
    this.#at += chunk.copy(this.#whole, this.#at);
  }

  join(length: number): Buffer {
    return this.#whole.subarray(0, length);
  }

  free(): void {
    const { buffer } = this.#whole;
    if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
  }
}

/** A body of unknown length, or a small one: chunks in a list, copied once at most. */
class ListedPieces implements Pieces {
  #chunks: Buffer[] = [];
  readonly #alignAt: number;
  #block: Buffer | undefined;
  #blockAt = 0;

  constructor(alignAt: number) {
    this.#alignAt = alignAt;
  }

  costOf(chunk: Buffer): number {
    if (!this.#isSmall(chunk)) return chunk.length;
    return this.#fits(chunk) ? 0 : blockBytes;
  }

  #isSmall(chunk: Buffer): boolean {
    return this.#chunks.length > 0 && chunk.length < smallPieceBytes;
  }

  #fits(chunk: Buffer): boolean {
    return this.#block !== undefined && this.#blockAt + chunk.length <= blockBytes;
  }

  add(chunk: Buffer): void {
    if (!this.#isSmall(chunk)) {
      this.#chunks.push(chunk);
      this.#block = undefined;
      return;
    }
    if (!this.#fits(chunk)) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
      this.#blockAt = 0;
      this.#chunks.push(this.#block.subarray(0, 0));
    }
    this.#blockAt += chunk.copy(this.#block!, this.#blockAt);
    this.#chunks[this.#chunks.length - 1] = this.#block!.subarray(0, this.#blockAt);
  }

  join(length: number): Buffer {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined && (this.#alignAt === 0 || (only.byteOffset + this.#alignAt) % 8 === 0)) return only;
    const joined = memoryFor(length, this.#alignAt);
    let at = 0;
    for (const chunk of this.#chunks) at += chunk.copy(joined, at);
    this.#chunks = [];
    return joined;
  }

  free(): void {
    this.#chunks = [];
    this.#block = undefined;
  }
}
