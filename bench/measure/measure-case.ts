import { withServers, type Ready } from '../contestants/with-servers.ts';
import { Absent } from './absent.ts';
import type { Options } from '../options.ts';
import type { Case } from '../payloads/cases.ts';
import type { Body } from '../payloads/request.ts';
import { pssMegabytes } from './process-tree.ts';
import { measure, settle, type Run } from './run.ts';
import { shuffled } from './statistics.ts';

/** All that was measured with one kind of request. */
export interface CaseResult {
  readonly runs: readonly Run[];
  /** By contestant: start to first right answer, and memory after all load. */
  readonly startMs: Readonly<Record<string, number>>;
  readonly pssMb: Readonly<Record<string, number>>;
  /** Those who gave no right answer: why, by title. */
  readonly absent: Readonly<Record<string, string>>;
  /** Arrivals a second, where requests arrive by themselves. */
  readonly rate?: number;
}

/** Takes turns with the contestants, though it is no server: it makes its own load. */
export interface Loop {
  readonly name: string;
  readonly title: string;
  run(subject: Case, body: Body, load: { connections: number; warmupSeconds: number; seconds: number }, round: number): Promise<Run>;
}

/**
 * Starts all contestants, and lets them take turns: within a round each has each load once, in a new order every time, so that
 * what the machine does meanwhile falls on all alike.
 *
 * @param observe told of every run
 * @param loops take turns too
 */
export async function measureCase(subject: Case, options: Options, observe: (run: Run) => void, ...loops: readonly Loop[]): Promise<CaseResult> {
  const { contestants, rounds, warmupSeconds, seconds } = options;
  const body = await subject.body();
  const absent = new Absent();
  const work = async (ready: readonly Ready[]): Promise<CaseResult> => {
    await settle(ready, options);
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const connections of options.connections) {
        const load = { connections, warmupSeconds, seconds };
        const turns = [
          ...ready.map((one) => () => measure(one, { kind: 'closed', ...load }, round)),
          ...loops.map((loop) => () => loop.run(subject, body, load, round)),
        ];
        for (const turn of shuffled(turns)) {
          const run = await turn();
          runs.push(run);
          observe(run);
        }
      }
    }
    return {
      runs,
      absent: absent.reasons,
      startMs: Object.fromEntries(ready.map(({ server }) => [server.contestant.name, server.startMs])),
      pssMb: Object.fromEntries(ready.map(({ server }) => [server.contestant.name, pssMegabytes(server.pids())])),
    };
  };
  return withServers(contestants, subject, work, absent.add);
}
