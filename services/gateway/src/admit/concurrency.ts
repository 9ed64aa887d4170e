/** Counts what each caller has under way in this process. */
export class Concurrency {
  readonly #underWay = new Map<string, number>();

  /** Callers with something under way. */
  get callers(): number {
    return this.#underWay.size;
  }

  of(caller: string): number {
    return this.#underWay.get(caller) ?? 0;
  }

  /** Enters if fewer than `limit` are under way; whoever entered must leave. */
  enter(caller: string, limit = Infinity): boolean {
    const count = this.of(caller);
    if (count >= limit) return false;
    this.#underWay.set(caller, count + 1);
    return true;
  }

  leave(caller: string): void {
    const count = this.of(caller);
    if (count > 1) this.#underWay.set(caller, count - 1);
    else this.#underWay.delete(caller);
  }
}
