import { backoffMs, type Backoff } from '@facet/math';
import type { ObjectStore } from '@facet/object-store';
import { setTimeout as sleep } from 'node:timers/promises';

/** One object or several that belong together, to be written under their keys. */
export interface Sample {
  readonly version: string;
  readonly objects: readonly { readonly key: string; readonly bytes: Buffer; readonly contentType: string }[];
}

export const lossReasons = ['queue-full', 'store-refused', 'stopping'] as const;

/** Why a sample was lost. */
export type LossReason = (typeof lossReasons)[number];

export interface QueueOptions {
  readonly store: ObjectStore;
  /** Bytes that may wait; one more sample is dropped. */
  readonly maxBytes: number;
  readonly onStored: (version: string) => void;
  readonly onDropped: (version: string, reason: LossReason) => void;
  /** Told only when the store begins to fail, and when all that waited for it has been written. */
  readonly onHealth: (isWell: boolean, reason?: string) => void;
  /** Called at every write that fails, retries included. */
  readonly onFailedWrite?: () => void;
  readonly backoff?: Backoff;
}

const usualBackoff: Backoff = { firstMs: 200, mostMs: 15_000 };

/** A sample that the store cannot be at fault for: its key or its name is refused whatever happens. */
function isHopeless(error: unknown): boolean {
  return error instanceof RangeError || (error as NodeJS.ErrnoException | null)?.code === 'ENAMETOOLONG';
}

/**
 * Writes samples one after another, in the background. While the store fails they wait, oldest first, up to so many bytes; what comes
 * then is dropped and counted. Nothing here ever fails or delays a request.
 */
export class SampleQueue {
  readonly #options: Required<QueueOptions>;
  #waiting: Sample[] = [];
  #bytes = 0;
  #isWell = true;
  #writing: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(options: QueueOptions) {
    this.#options = { backoff: usualBackoff, onFailedWrite: () => undefined, ...options };
  }

  /** Bytes that wait, those that are being written included. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(sample: Sample): void {
    const size = sizeOf(sample);
    if (this.#stop.signal.aborted) return this.#options.onDropped(sample.version, 'stopping');
    if (this.#bytes + size > this.#options.maxBytes) return this.#options.onDropped(sample.version, 'queue-full');
    this.#bytes += size;
    this.#waiting.push(sample);
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes what still waits, for so long; the rest is dropped and counted. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    await this.#writing;
    clearTimeout(timer);
    this.#stop.abort();
    for (const { version } of this.#waiting.splice(0)) this.#options.onDropped(version, 'stopping');
    this.#bytes = 0;
  }

  async #drain(): Promise<void> {
    let failures = 0;
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const sample = this.#waiting[0]!;
      try {
        // What is stored is never replaced; where an earlier attempt wrote a part of this sample, that part stays.
        for (const { key, bytes, contentType } of sample.objects) await this.#options.store.create(key, bytes, contentType);
      } catch (error) {
        if (!isHopeless(error)) {
          this.#options.onFailedWrite();
          this.#turn(false, error);
          // Jitter, so that pods do not all come back in the same instant.
          failures += 1;
          const pauseMs = backoffMs(failures, this.#options.backoff) * (0.5 + Math.random());
          await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
          continue;
        }
        this.#done(sample);
        this.#options.onDropped(sample.version, 'store-refused');
        continue;
      }
      failures = 0;
      this.#done(sample);
      // On a full disk a small one among those that wait may still find room: that is no recovery.
      if (this.#waiting.length === 0) this.#turn(true);
      this.#options.onStored(sample.version);
    }
  }

  #done(sample: Sample): void {
    this.#waiting.shift();
    this.#bytes -= sizeOf(sample);
  }

  #turn(isWell: boolean, error?: unknown): void {
    if (isWell === this.#isWell) return;
    this.#isWell = isWell;
    this.#options.onHealth(isWell, error instanceof Error ? error.message : String(error));
  }
}

function sizeOf({ objects }: Sample): number {
  return objects.reduce((sum, { bytes, key }) => sum + bytes.length + key.length, 0);
}
