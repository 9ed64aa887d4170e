const headEnd = Buffer.from('\r\n\r\n');
const chunkedEnd = Buffer.from('0\r\n\r\n');

/**
 * Finds the end of HTTP/1.1 answers and their status, and looks at nothing else: a client that parsed headers and bodies would
 * take the processor from the server that it measures.
 */
export class AnswerReader {
  #pending: Buffer | undefined;
  #missing = 0;
  #status = 0;
  #inChunks = false;

  /** False when the server said that it will close the connection after this answer. */
  keepsAlive = true;

  /** Forgets what it has read of an answer. */
  reset(): void {
    this.#pending = undefined;
    this.#missing = 0;
    this.#inChunks = false;
    this.keepsAlive = true;
  }

  /**
   * @param part valid only during the call
   * @returns the status once an answer is complete, 0 until then
   */
  read(part: Buffer): number {
    if (this.#missing > 0) {
      this.#missing -= part.length;
      return this.#missing > 0 ? 0 : this.#status;
    }
    if (this.#inChunks) return this.#endChunks(part);

    const bytes = this.#pending ? Buffer.concat([this.#pending, part]) : part;
    const end = bytes.indexOf(headEnd);
    if (end < 0) {
      this.#pending = Buffer.from(bytes);
      return 0;
    }
    this.#pending = undefined;
    const head = bytes.toString('latin1', 0, end).toLowerCase();
    this.#status = Number(head.slice(9, 12));
    if (head.includes('\r\nconnection: close')) this.keepsAlive = false;
    const lengthAt = head.indexOf('\r\ncontent-length:');
    if (lengthAt < 0) {
      this.#inChunks = true;
      return this.#endChunks(bytes.subarray(end + headEnd.length));
    }
    this.#missing = Number.parseInt(head.slice(lengthAt + 17), 10) - (bytes.length - end - headEnd.length);
    return this.#missing > 0 ? 0 : this.#status;
  }

  /** Chunked: over when the bytes end with the empty chunk; nothing follows, since requests are not pipelined. */
  #endChunks(part: Buffer): number {
    const tail = this.#pending ? Buffer.concat([this.#pending, part]) : part;
    if (tail.subarray(-chunkedEnd.length).equals(chunkedEnd)) {
      this.#pending = undefined;
      this.#inChunks = false;
      return this.#status;
    }
    this.#pending = Buffer.from(tail.subarray(-chunkedEnd.length));
    return 0;
  }
}
