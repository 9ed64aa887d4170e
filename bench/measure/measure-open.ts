import { reference } from '../contestants/index.ts';
import { withServers, type Ready } from '../contestants/with-servers.ts';
import type { Options } from '../options.ts';
import type { Case } from '../payloads/cases.ts';
import { Absent } from './absent.ts';
import type { CaseResult } from './measure-case.ts';
import { measure, settle, type Run } from './run.ts';
import { shuffled } from './statistics.ts';

/** Loads under which the reference shows its peak. */
const peakConnections = [8, 32];
/** More than any contestant needs at a rate that it can hold; what cannot hold it is not kept from failing. */
const maxConnections = 256;

/**
 * All contestants in turn at one rate: a share of what the reference can answer on this machine in these minutes.
 *
 * @throws {Error} when the reference does not take part
 */
export function measureOpen(subject: Case, options: Options, observe: (run: Run) => void): Promise<CaseResult> {
  const { contestants, rounds, warmupSeconds, seconds, share } = options;
  const absent = new Absent();
  const work = async (ready: readonly Ready[]): Promise<CaseResult> => {
    const standard = ready.find(({ server }) => server.contestant.name === reference.name);
    if (!standard) throw new Error(`--open takes its rate from ${reference.name}: name it under --peers too`);
    await settle(ready, options);
    let peak = 0;
    for (const connections of peakConnections) {
      const { throughput } = await measure(standard, { kind: 'closed', connections, warmupSeconds, seconds }, 0);
      peak = Math.max(peak, throughput);
    }
    const rate = peak * share;
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const one of shuffled(ready)) {
        // One seed a round: all get the very same arrivals.
        const run = await measure(one, { kind: 'open', rate, seed: round + 1, maxConnections, warmupSeconds, seconds }, round);
        runs.push(run);
        observe(run);
      }
    }
    return { runs, absent: absent.reasons, startMs: {}, pssMb: {}, rate };
  };
  return withServers(contestants, subject, work, absent.add);
}
