import { askDesk, openDesk } from '@facet/http';
import { LocalMeter } from './local-meter.ts';
import type { Allowance, Meter, Verdict } from './verdict.ts';

const topic = 'meter';

interface Question {
  readonly caller: string;
  readonly allowance: Allowance;
  readonly cost: number;
  readonly usedToday: number;
}

/** Lets this process count for all of its pod; to be called in the one that supervises the others, or serves alone. */
export function openPodMeter(): void {
  const meter = new LocalMeter();
  openDesk({ [topic]: ({ caller, allowance, cost, usedToday }: Question) => meter.take(caller, allowance, cost, usedToday) });
}

/** Counts in one process for all that serve: connections are spread among them, and a caller's limit must not depend on how. */
export const podMeter: Meter = {
  take: (caller: string, allowance: Allowance, cost = 1, usedToday = 0) =>
    askDesk(topic, { caller, allowance, cost, usedToday } satisfies Question) as Promise<Verdict>,
};
