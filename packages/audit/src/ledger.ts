import { backoffMs } from '@facet/math';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditSink } from './audit-sink.ts';
import { chainEvent, noPrevious, type AuditEvent } from './record.ts';

export interface LedgerOptions {
  readonly sink: AuditSink;
  /** Bytes of records that may wait while the sink fails; beyond it events are lost, and the chain says how many. */
  readonly maxWaitingBytes: number;
  readonly onWritten: (records: number) => void;
  readonly onLost: () => void;
  /** Told at each failed attempt, and once when all is well again. */
  readonly onHealth: (isWell: boolean, reason?: string) => void;
  /** Lines are gathered for so long. */
  readonly gatherMs?: number;
}

const gatherMs = 100;
const backoff = { firstMs: 200, mostMs: 10_000 };

/** Chains events into records and appends them in the background: one writer a chain. */
export class Ledger {
  readonly #options: Required<LedgerOptions>;
  readonly #chain: string;
  #seq: number;
  #prev: string;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #isWell = true;
  #isClosing = false;
  #writing: Promise<void> | undefined;

  private constructor(options: LedgerOptions, end: { chain: string; seq: number; hash: string }) {
    this.#options = { gatherMs, ...options };
    this.#chain = end.chain;
    this.#seq = end.seq + 1;
    this.#prev = end.hash;
  }

  /**
   * Goes on with the chain that the sink holds, or begins one.
   *
   * @param about what the first record of this process says, such as the task and the models
   * @throws {Error} when the sink cannot be opened
   */
  static async open(options: LedgerOptions, about: Readonly<Record<string, unknown>>): Promise<Ledger> {
    const end = await options.sink.open();
    const ledger = new Ledger(options, end ?? { chain: randomUUID(), seq: -1, hash: noPrevious });
    const at = new Date().toISOString();
    if (end?.torn) ledger.#chainUp({ at, kind: 'healed', torn_bytes: end.torn.bytes, torn_sha256: end.torn.sha256 });
    ledger.#chainUp({ at, kind: 'started', ...about });
    ledger.#write();
    return ledger;
  }

  /** The last record that was chained: who notes it elsewhere can later tell whether the end was cut off. */
  get head(): { readonly chain: string; readonly seq: number; readonly hash: string } {
    return { chain: this.#chain, seq: this.#seq - 1, hash: this.#prev };
  }

  append(events: readonly AuditEvent[]): void {
    for (const event of events) {
      if (this.#waitingBytes > this.#options.maxWaitingBytes) {
        this.#lost += 1;
        this.#options.onLost();
        continue;
      }
      if (this.#lost > 0) {
        this.#chainUp({ at: event.at, kind: 'lost', events: this.#lost });
        this.#lost = 0;
      }
      this.#chainUp(event);
    }
    this.#write();
  }

  /** Writes what waits, if the sink lets it within the time. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    this.#write();
    await Promise.race([this.#writing, sleep(graceMs, undefined, { ref: false })]);
    await this.#options.sink.close();
  }

  #chainUp(event: AuditEvent): void {
    const { line, hash } = chainEvent(event, this.#chain, this.#seq, this.#prev);
    this.#seq += 1;
    this.#prev = hash;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
  }

  #write(): void {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async #drain(): Promise<void> {
    let failures = 0;
    while (this.#waiting.length > 0) {
      if (!this.#isClosing) await sleep(Math.max(this.#options.gatherMs, backoffMs(failures, backoff)));
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        await this.#options.sink.append(lines);
      } catch (error) {
        // Their order is the chain's: they go back in front of what came meanwhile.
        this.#waiting = [...lines, ...this.#waiting];
        this.#turn(false, error);
        if (this.#isClosing) return;
        failures += 1;
        continue;
      }
      this.#waitingBytes -= lines.reduce((sum, line) => sum + line.length, 0);
      this.#turn(true);
      failures = 0;
      this.#options.onWritten(lines.length);
    }
  }

  #turn(isWell: boolean, error?: unknown): void {
    if (isWell && this.#isWell) return;
    this.#isWell = isWell;
    this.#options.onHealth(isWell, error instanceof Error ? error.message : undefined);
  }
}
