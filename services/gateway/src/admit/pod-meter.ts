import { askDesk, openDesk } from '@facet/http';
import { LocalMeter } from './local-meter.ts';
import type { Allowance, Meter, Verdict } from './verdict.ts';

const topic = 'meter';

interface Question {
  readonly caller: string;
  readonly allowance: Allowance;
}

/** Lets this process count for all of its pod; to be called in the one that supervises the others, or serves alone. */
export function openPodMeter(): void {
  const meter = new LocalMeter();
  openDesk({ [topic]: ({ caller, allowance }: Question) => meter.take(caller, allowance) });
}

/** Counts in one process for all that serve: connections are spread among them, and a caller's limit must not depend on how. */
export const podMeter: Meter = {
  take: (caller: string, allowance: Allowance) => askDesk(topic, { caller, allowance } satisfies Question) as Promise<Verdict>,
};
