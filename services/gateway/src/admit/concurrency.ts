/** Counts what each caller has under way in this process. */
export class Concurrency {
  readonly #underWay = new Map<string, number>();

  /** Enters if fewer than `limit` are under way; whoever entered must leave. */
  enter(caller: string, limit: number): boolean {
    const count = this.#underWay.get(caller) ?? 0;
    if (count >= limit) return false;
    this.#underWay.set(caller, count + 1);
    return true;
  }

  leave(caller: string): void {
    const count = this.#underWay.get(caller) ?? 0;
    if (count > 1) this.#underWay.set(caller, count - 1);
    else this.#underWay.delete(caller);
  }
}
