import { backoffMs } from '@facet/math';
import { Problem } from '@facet/problem';
import { Worker } from 'node:worker_threads';
import { ThreadCountTuner } from './thread-count-tuner.ts';
import type { SessionHost } from './session-host.ts';
import type { SessionSettings } from './session.ts';
import { giveFloats } from './tensor-memory.ts';
import { ownMemory, type Tensors } from './tensor.ts';
import type { WorkerReply, WorkerRequest } from './worker.ts';

interface Pending {
  resolve(outputs: Tensors | undefined): void;
  reject(error: Error): void;
}

/** One thread and what it has been asked and not yet answered. */
interface Member {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  /** Has a second session for every model, which uses several cores. */
  readonly isWide: boolean;
  state: 'starting' | 'idle' | 'busy' | 'lost';
  watchdog?: NodeJS.Timeout;
}

interface Model {
  readonly bytes: Uint8Array;
  readonly settings: SessionSettings;
}

interface WorkersOptions {
  /** Threads, each with a session of its own for every model. */
  readonly workers: number;
  /** Threads of a run that begins while all workers are idle: then the cores of the others are free. Undefined for no such runs. */
  readonly wideThreads?: number | undefined;
  /** A run that takes longer counts as hung and its thread is replaced. */
  readonly runTimeoutMs: number;
  /** Told of every replacement. */
  readonly onRestart?: (reason: string) => void;
  /** What the threads run; the fault tests put one in that dies on demand. */
  readonly script?: URL;
}

type Request = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

const sessionWorker = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
/** Under which a worker keeps the session that uses several cores. */
const wideKey = (key: string) => `${key} on all cores`;

/**
 * Between two of a model's hundreds of steps a thread that sleeps takes longer to wake than its share of the step takes: asleep, two
 * threads take as long as one. They spin while a run lasts, on cores that are free then, and not after it.
 */
const wideConfig = { 'session.intra_op.allow_spinning': '1', 'session.force_spinning_stop': '1' };

const backoff = { firstMs: 100, mostMs: 10_000 };

/**
 * Runs models on worker threads, so that the event loop stays free; a thread that dies or hangs is replaced.
 *
 * Under load a session a core is fastest; a lone request may use all of them, where that is faster.
 */
export class WorkersHost implements SessionHost {
  readonly blocking = false;
  readonly #options: WorkersOptions;
  readonly #models = new Map<string, Model>();
  readonly #members: Set<Member>;
  readonly #waiting: (() => void)[] = [];
  readonly #paces = new Map<string, ThreadCountTuner>();
  /** Runs begun. */
  #runs = 0;
  #nextId = 0;
  #failures = 0;
  #closed = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#members = new Set(Array.from({ length: options.workers }, (_, index) => this.#spawn('idle', index === 0 && options.wideThreads !== undefined)));
  }

  get idle(): number {
    let count = 0;
    for (const member of this.#members) if (member.state === 'idle') count += 1;
    return count;
  }

  get healthy(): boolean {
    for (const { state } of this.#members) if (state === 'idle' || state === 'busy') return true;
    return false;
  }

  async load(key: string, bytes: Uint8Array, settings: SessionSettings): Promise<void> {
    await Promise.all([...this.#members].map((member) => this.#load(member, key, { bytes, settings })));
    this.#models.set(key, { bytes, settings });
  }

  async run(key: string, feeds: Tensors): Promise<Tensors> {
    const members = [...this.#members];
    const able = members.every(({ state }) => state === 'idle') ? members.find(({ isWide }) => isWide) : undefined;
    const pace = able && this.#paceOf(key);
    const way = pace?.choose();
    const wide = way === 'wide' ? able : undefined;
    const member = wide ?? members.find(({ state }) => state === 'idle');
    if (!member) throw new Error('no worker is idle');
    member.state = 'busy';
    this.#runs += 1;
    const runs = this.#runs;
    member.watchdog = setTimeout(() => this.#lose(member, `a run took over ${this.#options.runTimeoutMs} ms`), this.#options.runTimeoutMs);
    const beganAt = performance.now();
    try {
      const outputs = await this.#ask(member, { kind: 'run', key: wide ? wideKey(key) : key, feeds });
      this.#failures = 0;
      // In company it says nothing of what it takes alone.
      if (way && this.#runs === runs) pace?.ran(way, performance.now() - beganAt);
      return outputs as Tensors;
    } finally {
      clearTimeout(member.watchdog);
      if (member.state === 'busy') this.#free(member);
    }
  }

  whenIdle(callback: () => void): void {
    this.#waiting.push(callback);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  #paceOf(key: string): ThreadCountTuner {
    const known = this.#paces.get(key);
    if (known) return known;
    const pace = new ThreadCountTuner();
    this.#paces.set(key, pace);
    return pace;
  }

  #free(member: Member): void {
    member.state = 'idle';
    // Whoever is called may find that nothing is left to run; then the turn goes to the next.
    while (this.#waiting.length > 0 && this.idle > 0) this.#waiting.shift()!();
  }

  #ask(member: Member, request: Request): Promise<Tensors | undefined> {
    const id = this.#nextId++;
    const transfer = request.kind === 'run' ? ownMemory(request.feeds) : [];
    return new Promise((resolve, reject) => {
      member.pending.set(id, { resolve, reject });
      member.worker.postMessage({ ...request, id }, transfer);
    });
  }

  async #load(member: Member, key: string, { bytes, settings }: Model): Promise<void> {
    await this.#ask(member, { kind: 'load', key, bytes, settings });
    const threads = this.#options.wideThreads;
    if (member.isWide && threads !== undefined) {
      const config = { ...wideConfig, ...settings.config };
      await this.#ask(member, { kind: 'load', key: wideKey(key), bytes, settings: { ...settings, threads, config } });
    }
  }

  #spawn(state: Member['state'], isWide: boolean): Member {
    const worker = new Worker(this.#options.script ?? sessionWorker, { name: 'session', stdout: false });
    const member: Member = { worker, pending: new Map(), isWide, state };
    worker.on('message', (reply: WorkerReply) => {
      const pending = member.pending.get(reply.id);
      member.pending.delete(reply.id);
      if ('error' in reply) pending?.reject(new Error(reply.error));
      else {
        for (const { data } of Object.values(reply.feeds ?? {})) if (data instanceof Float32Array) giveFloats(data);
        pending?.resolve(reply.outputs);
      }
    });
    worker.on('error', (error) => this.#lose(member, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(member, `it exited with code ${code}`));
    return member;
  }

  /** Answers what the worker had, and puts another in its place. */
  #lose(member: Member, reason: string): void {
    if (member.state === 'lost' || this.#closed) return;
    member.state = 'lost';
    this.#members.delete(member);
    for (const pending of member.pending.values()) pending.reject(new Problem('worker-lost', undefined, { retryAfterSeconds: 1, cause: reason }));
    member.pending.clear();
    void member.worker.terminate();
    this.#options.onRestart?.(reason);
    // A worker that dies at once, again and again, must not spin.
    const pauseMs = backoffMs(this.#failures, backoff);
    this.#failures += 1;
    setTimeout(() => void this.#replace(member.isWide), pauseMs).unref();
  }

  async #replace(isWide: boolean): Promise<void> {
    if (this.#closed) return;
    const member = this.#spawn('starting', isWide);
    this.#members.add(member);
    try {
      await Promise.all([...this.#models].map(([key, model]) => this.#load(member, key, model)));
      this.#free(member);
    } catch (error) {
      this.#lose(member, error instanceof Error ? error.message : String(error));
    }
  }
}
