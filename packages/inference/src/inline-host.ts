import type { SessionHost } from './session-host.ts';
import { Session, type SessionSettings } from './session.ts';
import type { Tensors } from './tensor.ts';

/** Runs models on this thread: for those that take well under a millisecond, where the hop to a worker costs more than the run. */
export class InlineHost implements SessionHost {
  readonly blocking = true;
  readonly healthy = true;
  // The run holds the thread, so whoever can ask finds it idle.
  readonly idle = 1;
  readonly #sessions = new Map<string, Session>();

  async load(key: string, bytes: Uint8Array, settings: SessionSettings): Promise<void> {
    this.#sessions.set(key, await Session.open(bytes, settings));
  }

  run(key: string, feeds: Tensors): Tensors {
    const session = this.#sessions.get(key);
    if (!session) throw new Error(`model ${key} is not loaded`);
    return session.run(feeds);
  }

  whenIdle(callback: () => void): void {
    setImmediate(callback);
  }

  close(): Promise<void> {
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
    return Promise.resolve();
  }
}
