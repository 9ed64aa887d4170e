import type { AuditSink } from './audit-sink.ts';

/** A sink that something else keeps: standard output, a stream of Redis. A process has its own chain. */
export class WriterSink implements AuditSink {
  readonly location: string;
  readonly #write: (lines: readonly string[]) => Promise<void>;
  readonly #forget: (before: Date) => Promise<void>;

  /** @param forget does nothing where what was written is out of reach */
  constructor(location: string, write: (lines: readonly string[]) => Promise<void>, forget: (before: Date) => Promise<void> = () => Promise.resolve()) {
    this.location = location;
    this.#write = write;
    this.#forget = forget;
  }

  async open(): Promise<undefined> {}

  async append(lines: readonly string[]): Promise<void> {
    await this.#write(lines);
  }

  async forget(before: Date): Promise<void> {
    await this.#forget(before);
  }

  async close(): Promise<void> {}
}
