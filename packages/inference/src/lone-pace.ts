/** Weight of the newest run in an average. */
const weight = 0.25;
/** Of so many lone runs one goes the way that was slower last, for that may have changed. */
const probeEvery = 32;

type Way = 'wide' | 'narrow';

/**
 * Knows whether a lone run is sooner done on all cores or on one.
 *
 * Several threads pass a model's data to and fro hundreds of times a run. Where their cores share a cache and nobody else is on them, that
 * nearly halves the time; where not, it may take longer than one thread, and twice the processor.
 */
export class LonePace {
  readonly #averages: Record<Way, number | undefined> = { wide: undefined, narrow: undefined };
  #runs = 0;

  choose(): Way {
    this.#runs += 1;
    const { wide, narrow } = this.#averages;
    if (wide === undefined) return 'wide';
    if (narrow === undefined) return 'narrow';
    const faster = wide < narrow ? 'wide' : 'narrow';
    if (this.#runs % probeEvery !== 0) return faster;
    return faster === 'wide' ? 'narrow' : 'wide';
  }

  ran(way: Way, elapsedMs: number): void {
    const before = this.#averages[way];
    this.#averages[way] = before === undefined ? elapsedMs : before + weight * (elapsedMs - before);
  }
}
