const dayMs = 86_400_000;
/** Callers with a quota that are remembered; the oldest is forgotten first. */
const maxCallers = 100_000;

interface Entry {
  day: number;
  /** As the shared count said last. */
  known: number;
  /** Counted here since, and not yet in the shared count. */
  owed: number;
}

/** What this process knows of the shared count of quotas, and what it owes it: so that neither loses anything while the other is away. */
export class QuotaMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: () => number;
  #debtors = 0;

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  known(caller: string): number {
    const entry = this.#today(caller);
    return entry ? entry.known + entry.owed : 0;
  }

  /** The shared count said how much is used. */
  learn(caller: string, used: number): void {
    this.#entry(caller).known = used;
  }

  /** Something was counted here alone. */
  owe(caller: string, cost: number): void {
    if (cost === 0) return;
    const entry = this.#entry(caller);
    if (entry.owed === 0) this.#debtors += 1;
    entry.owed += cost;
  }

  /** What was thought to be owed had arrived. */
  forgive(caller: string, cost: number, used: number): void {
    const { owed } = this.settle(caller);
    this.owe(caller, Math.max(0, owed - cost));
    this.learn(caller, used);
  }

  /** What is owed, which is owed no more: the caller of this hands it on, or owes it again. */
  settle(caller: string): { readonly known: number; readonly owed: number } {
    const entry = this.#today(caller);
    if (!entry) return { known: 0, owed: 0 };
    const { known, owed } = entry;
    if (owed > 0) this.#debtors -= 1;
    entry.owed = 0;
    return { known, owed };
  }

  /** Callers for whom something is owed. */
  get debtors(): string[] {
    return this.#debtors === 0 ? [] : [...this.#entries.keys()].filter((caller) => (this.#today(caller)?.owed ?? 0) > 0);
  }

  #entry(caller: string): Entry {
    const known = this.#today(caller);
    if (known) return known;
    const entry = { day: Math.floor(this.#clock() / dayMs), known: 0, owed: 0 };
    this.#entries.set(caller, entry);
    if (this.#entries.size > maxCallers) this.#forget(this.#entries.keys().next().value!);
    return entry;
  }

  /** A day's count ends with the day. */
  #today(caller: string): Entry | undefined {
    const entry = this.#entries.get(caller);
    if (entry && entry.day !== Math.floor(this.#clock() / dayMs)) {
      this.#forget(caller);
      return undefined;
    }
    return entry;
  }

  #forget(caller: string): void {
    if ((this.#entries.get(caller)?.owed ?? 0) > 0) this.#debtors -= 1;
    this.#entries.delete(caller);
  }
}
