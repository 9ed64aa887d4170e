import type { Prometheus } from './prometheus.ts';
import { questions, type Question } from './questions.ts';
import { tasksSeen } from './tasks-seen.ts';

export interface Asked {
  readonly asked: number;
  readonly answered: number;
  /** Queries without data that may be without, by the reason. */
  readonly excused: ReadonlyMap<string, readonly string[]>;
  /** Those that should have data, and those that Prometheus refuses, a line each. */
  readonly faults: readonly string[];
}

/** Asks every query of every panel and every rule. */
export async function askAll(prometheus: Prometheus): Promise<Asked> {
  const all = questions(await tasksSeen(prometheus));
  const faults: string[] = [];
  const excused = new Map<string, string[]>();
  for (const question of all) {
    const fault = await faultOf(prometheus, question);
    if (fault === undefined) continue;
    const { where, emptyBecause } = question;
    if (fault !== 'no data' || emptyBecause === undefined) faults.push(`${where}: ${fault}: ${question.expr}`);
    else excused.set(emptyBecause, [...(excused.get(emptyBecause) ?? []), where]);
  }
  return { asked: all.length, answered: all.length - faults.length - [...excused.values()].flat().length, excused, faults };
}

async function faultOf(prometheus: Prometheus, { expr }: Question): Promise<string | undefined> {
  try {
    const samples = await prometheus.query(expr);
    return samples.some(({ value }) => Number.isFinite(value)) ? undefined : 'no data';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
