import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.ts';
import { withServers, type Ready } from '../contestants/with-servers.ts';
import { measure, type Run } from '../measure/run.ts';
import { shuffled } from '../measure/statistics.ts';
import type { Case } from '../payloads/cases.ts';

interface Pairs {
  readonly pairs: number;
  readonly connections: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  /** Rest after each run, for whoever else is on the machine; none unless said. */
  readonly pauseSeconds?: number;
  /** Pairs that do not count: compilers, pools and the last of the processes come to life in them. One of a second each unless said. */
  readonly warmupPairs?: number;
}

/** Both at once, within seconds of each other, in random order: what the machine did meanwhile it did to both. */
export interface Pair {
  readonly subject: Run;
  readonly reference: Run;
}

/** @throws {Error} when one of the two gives no right answer */
export function measurePairs(
  subject: Contestant,
  reference: Contestant,
  kind: Case,
  { pairs, pauseSeconds = 0, warmupPairs, ...load }: Pairs,
): Promise<Pair[]> {
  return withServers([subject, reference], kind, async (ready) => {
    const measurePair = async (round: number, seconds = load.seconds): Promise<Pair> => {
      const runs = new Map<Ready, Run>();
      for (const one of shuffled(ready)) {
        runs.set(one, await measure(one, { ...load, kind: 'closed', seconds }, round));
        await sleep(pauseSeconds * 1000);
      }
      return { subject: runs.get(ready[0]!)!, reference: runs.get(ready[1]!)! };
    };
    if (warmupPairs === undefined) await measurePair(-1, 1);
    else for (let round = -warmupPairs; round < 0; round++) await measurePair(round);
    const measured: Pair[] = [];
    for (let round = 0; round < pairs; round++) measured.push(await measurePair(round));
    return measured;
  });
}

/** The same several times, both started anew: of two processes alike one is up to a few percent slower, for as long as it lives. */
export async function measureStarts(starts: number, ...what: Parameters<typeof measurePairs>): Promise<Pair[][]> {
  const measured: Pair[][] = [];
  for (let start = 0; start < starts; start++) measured.push(await measurePairs(...what));
  return measured;
}

/** CPU time a request, the subject's to the reference's, of each pair. */
export function cpuRatios(pairs: readonly Pair[]): number[] {
  return pairs.map(({ subject, reference }) => subject.cpuMs / reference.cpuMs);
}
