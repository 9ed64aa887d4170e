const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Steps through a JSON document without parsing it: each byte is looked at once, and nothing is copied but the names that are asked for.
 * It judges nothing. What is no JSON ends somewhere, and its service refuses it.
 */
export class JsonCursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    // A byte order mark is no part of the document.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
  }

  /** Calls back for each member of the object here, if it is one; what the callback leaves of a value is skipped. */
  members(visit: (name: string) => void): void {
    this.#entries(openBrace, closeBrace, () => {
      const name = this.#name();
      this.#skipTo(colon);
      visit(name);
    });
  }

  /** Counts the elements of the array here, if it is one, and calls back for each. */
  elements(visit?: () => void): number {
    let count = 0;
    this.#entries(openBracket, closeBracket, () => {
      count += 1;
      visit?.();
    });
    return count;
  }

  /** The text of the scalar here, a string with its quotes. */
  scalar(): string {
    this.#skipSpace();
    const from = this.#at;
    this.#skipValue();
    return this.#bytes.toString('latin1', from, Math.min(this.#at, from + 128)).trim();
  }

  #entries(open: number, close: number, visit: () => void): void {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== open) {
      this.#skipValue();
      return;
    }
    this.#at += 1;
    this.#skipSpace();
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] !== close) {
      const from = this.#at;
      visit();
      this.#skipValue();
      if (this.#bytes[this.#at] === comma) this.#at += 1;
      // What is no JSON may not move on by itself.
      else if (this.#at === from) this.#at += 1;
      this.#skipSpace();
    }
    this.#at += 1;
  }

  #name(): string {
    const from = this.#at;
    if (this.#bytes[from] !== quote) return '';
    this.#skipString();
    const text = this.#bytes.toString('utf8', from, Math.min(this.#at, from + 256));
    if (!text.includes('\\')) return text.slice(1, -1);
    try {
      return String(JSON.parse(text));
    } catch {
      return '';
    }
  }

  /** To the comma or bracket behind the rest of the value here. */
  #skipValue(): void {
    let depth = 0;
    for (; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === quote) {
        this.#skipString();
        this.#at -= 1;
      } else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        if (depth === 0) return;
        depth -= 1;
      } else if (byte === comma && depth === 0) return;
    }
  }

  #skipString(): void {
    for (this.#at += 1; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === backslash) this.#at += 1;
      else if (byte === quote) break;
    }
    this.#at += 1;
  }

  #skipTo(wanted: number): void {
    this.#skipSpace();
    if (this.#bytes[this.#at] === wanted) this.#at += 1;
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }
}
