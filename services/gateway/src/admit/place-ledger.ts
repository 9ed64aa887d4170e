import { Concurrency } from './concurrency.ts';

/** Which process holds which places of which caller, so that all of them are given back when the process ends. */
export class PlaceLedger {
  readonly #underWay = new Concurrency();
  /** Callers by place, by process. */
  readonly #held = new Map<number, Map<number, string>>();
  /** Processes that have ended: what they sent last may arrive after their end. */
  readonly #ended = new Set<number>();

  of(caller: string): number {
    return this.#underWay.of(caller);
  }

  /** Takes a place if fewer than `limit` of the caller's are taken. */
  take(processId: number, id: number, caller: string, limit: number): boolean {
    if (this.#ended.has(processId) || !this.#underWay.enter(caller, limit)) return false;
    const own = this.#held.get(processId) ?? new Map<number, string>();
    this.#held.set(processId, own.set(id, caller));
    return true;
  }

  /** Gives a place back; nothing happens for one that is not taken. */
  giveBack(processId: number, id: number): void {
    const own = this.#held.get(processId);
    const caller = own?.get(id);
    if (caller === undefined) return;
    own!.delete(id);
    this.#underWay.leave(caller);
  }

  /** Gives back all places of a process that has ended. */
  giveBackAll(processId: number): void {
    this.#ended.add(processId);
    for (const caller of this.#held.get(processId)?.values() ?? []) this.#underWay.leave(caller);
    this.#held.delete(processId);
  }
}
