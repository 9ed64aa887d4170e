/** Runs of each way that are remembered; with fewer nothing is judged, for the first of a session takes longer than all others. */
const remembered = 3;
/** Of so many lone runs one goes the way that was slower last, for that may have changed. */
const probeEvery = 32;

type Way = 'wide' | 'narrow';

/**
 * Knows whether a lone run is sooner done on all cores or on one.
 *
 * Several threads pass a model's data to and fro hundreds of times a run. Where their cores share a cache and nobody else is on them, that
 * nearly halves the time; where not, it may take longer than one thread, and twice the processor.
 */
export class ThreadCountTuner {
  readonly #recent: Record<Way, number[]> = { wide: [], narrow: [] };
  #runs = 0;

  choose(): Way {
    this.#runs += 1;
    for (const way of ['wide', 'narrow'] as const) if (this.#recent[way].length < remembered) return way;
    // The shortest, for whatever else the machine does makes a run longer and never shorter.
    const faster = Math.min(...this.#recent.wide) < Math.min(...this.#recent.narrow) ? 'wide' : 'narrow';
    if (this.#runs % probeEvery !== 0) return faster;
    return faster === 'wide' ? 'narrow' : 'wide';
  }

  ran(way: Way, elapsedMs: number): void {
    const recent = this.#recent[way];
    if (recent.push(elapsedMs) > remembered) recent.shift();
  }
}
