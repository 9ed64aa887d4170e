import { normalQuantile, normalShare } from './normal.ts';

/** Cells into which p-values are sorted: a bet is a density over them. */
export const cells = 64;

/** A density over the cells with mean 1, from its distribution function. */
function bet(cumulative: (p: number) => number): Float64Array {
  const factors = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) factors[cell] = cells * (cumulative((cell + 1) / cells) - cumulative(cell / cells));
  return factors;
}

/** Values of a normal distribution moved by so many of its deviations, and stretched by a factor. */
const normal = (shift: number, stretch = 1) => bet((p) => normalShare((normalQuantile(p) - shift) / stretch));

/**
 * Bets that are placed from the first prediction on. Each multiplies its stake by a density of the p-value, which is uniform while
 * nothing has changed, so that on average it wins nothing. They are what p-values become when values move a little, clearly or far, to
 * either side, or spread or draw together; the last two, p^(a-1), are for values that come to lie at the edge of the reference or beyond
 * (Shafer, Shen, Vereshchagin, Vovk, 'Test martingales, Bayes factors and p-values', 2011, section 5).
 */
export const fixedBets: readonly Float64Array[] = [
  ...[0.3, 0.8, 2].flatMap((shift) => [normal(shift), normal(-shift)]),
  normal(0, 1.5),
  normal(0, 0.65),
  bet((p) => p ** 0.3),
  bet((p) => 1 - (1 - p) ** 0.3),
];

/** Parts of a bet that is learned, where values are continuous: few, for each has its share to be found out. */
const learnedParts = 8;

/** Predictions that a learned bet remembers: short ones follow a large change soon, long ones find a slight one. */
export const memories: readonly number[] = [64, 512, 4096];

/** Where the p-values of a feature are divided for its learned bets: where its values are, if they are few; else evenly. */
export class Parts {
  readonly widths: readonly number[];
  readonly #ends: readonly number[];

  /** @param shares of the values that are counted one by one; none for continuous ones */
  constructor(shares: readonly number[] | undefined) {
    this.widths = shares?.filter((share) => share > 0) ?? Array.from({ length: learnedParts }, () => 1 / learnedParts);
    let end = 0;
    this.#ends = this.widths.map((width) => (end += width));
  }

  /** The part in which a p-value lies. */
  indexOf(p: number): number {
    const last = this.#ends.length - 1;
    for (let part = 0; part < last; part++) if (p < this.#ends[part]!) return part;
    return last;
  }
}

/**
 * A bet that follows the p-values of late: the density of a histogram that forgets. It is placed before the p-value is known, so on
 * average it too wins nothing while nothing has changed (Fedorova, Gammerman, Nouretdinov, Vovk, 'Plug-in martingales for testing
 * exchangeability on-line', ICML 2012).
 */
export class LearnedBet {
  readonly #widths: readonly number[];
  readonly #shares: Float64Array;
  readonly #rate: number;

  /** @param shares of the parts, from a state that was kept */
  constructor(memory: number, { widths }: Parts, shares?: ArrayLike<number>) {
    this.#rate = 1 / memory;
    this.#widths = widths;
    this.#shares = Float64Array.from(shares?.length === widths.length ? shares : widths);
  }

  get shares(): Float64Array {
    return this.#shares;
  }

  /** What one unit of stake becomes when the p-value falls into a part; half of the stake is held back, so that no surprise ruins it. */
  play(part: number): number {
    const shares = this.#shares;
    const factor = 0.5 + (0.5 * shares[part]!) / this.#widths[part]!;
    const kept = 1 - this.#rate;
    for (let at = 0; at < shares.length; at++) shares[at]! *= kept;
    shares[part]! += this.#rate;
    return factor;
  }
}
