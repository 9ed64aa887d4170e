import type { Distribution } from '../distribution.ts';
import { cells, fixedBets, LearnedBet, memories, Parts } from './bets.ts';
import { Bins } from './bins.ts';

/** What a detector must keep to go on where it was. */
export interface DetectorState {
  readonly counts: readonly number[];
  readonly wealth: readonly number[];
  readonly learned: readonly (readonly number[])[];
}

/** No wealth grows beyond: a change that large has long been found. */
const mostWealth = 1e30;

/**
 * Watches one feature for a change at any time.
 *
 * A value's rank among all that came before, ties broken at random, is its conformal p-value: uniform and independent of the past for
 * as long as values are exchangeable with the reference, however small that is (Vovk, Gammerman, Shafer, 'Algorithmic Learning in a
 * Random World', theorem 8.2). Bets against that are combined as Shiryaev and Roberts did: a unit of new stake comes in before each value,
 * and all stakes are bet on. While nothing has changed the wealth therefore grows by one unit a value on average, so the expected number
 * of values until it reaches A is at least A (Volkhonskiy et al., 'Inductive conformal martingales for change-point detection', 2017;
 * Shin, Ramdas, Rinaldo, 'E-detectors', 2022, for averages of such).
 */
export class Detector {
  readonly #bins: Bins;
  readonly #counts: Float64Array;
  #total: number;
  readonly #wealth: Float64Array;
  readonly #parts: Parts;
  readonly #learned: readonly LearnedBet[];
  readonly #rankedAmong: number;

  /** @param rankedAmong values with which later ones are ranked: the reference, and after it the first of the stream, up to so many */
  constructor(reference: Distribution, rankedAmong: number, state?: DetectorState) {
    this.#rankedAmong = rankedAmong;
    this.#bins = new Bins(reference);
    const fits = state?.counts.length === this.#bins.counts.length;
    this.#counts = fits ? Float64Array.from(state.counts) : this.#bins.counts.slice();
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0);
    const bets = fixedBets.length + memories.length;
    this.#wealth = fits && state.wealth.length === bets ? Float64Array.from(state.wealth) : new Float64Array(bets);
    this.#parts = new Parts(this.#bins.shares);
    this.#learned = memories.map((memory, index) => new LearnedBet(memory, this.#parts, fits ? state.learned[index] : undefined));
  }

  get state(): DetectorState {
    return { counts: [...this.#counts], wealth: [...this.#wealth], learned: this.#learned.map(({ shares }) => [...shares]) };
  }

  /** Mean over the bets; its expected value after t values without a change is at most t. */
  get wealth(): number {
    let sum = 0;
    for (const stake of this.#wealth) sum += stake;
    return sum / this.#wealth.length;
  }

  /** @param random in [0, 1), to break ties */
  observe(value: number, random: number): void {
    const p = this.#rank(this.#bins.indexOf(value), random);
    const cell = Math.min(cells - 1, Math.trunc(p * cells));
    const wealth = this.#wealth;
    let at = 0;
    for (; at < fixedBets.length; at++) wealth[at] = Math.min(mostWealth, (wealth[at]! + 1) * fixedBets[at]![cell]!);
    const part = this.#parts.indexOf(p);
    for (const bet of this.#learned) {
      wealth[at] = Math.min(mostWealth, (wealth[at]! + 1) * bet.play(part));
      at += 1;
    }
  }

  #rank(bin: number, random: number): number {
    const counts = this.#counts;
    let below = 0;
    for (let at = 0; at < bin; at++) below += counts[at]!;
    const p = (below + random * (counts[bin]! + 1)) / (this.#total + 1);
    if (this.#total < this.#rankedAmong) {
      counts[bin]! += 1;
      this.#total += 1;
    }
    return p;
  }
}
