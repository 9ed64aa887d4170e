import type { Contestant } from '../contestants/contestant.ts';

/** Those who could not take part: said at once, and remembered for the page. */
export class Absent {
  /** By title, why. */
  readonly reasons: Record<string, string> = {};

  readonly add = ({ title }: Contestant, reason: unknown): void => {
    const message = reason instanceof Error ? reason.message : String(reason);
    console.error(`${title} takes no part: ${message}`);
    this.reasons[title] = message.split('\n')[0]!;
  };
}
