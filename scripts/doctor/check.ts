import type { Target } from './target.ts';

/** `warn` leaves the exit code at 0; `skip` says why a check does not apply. */
type Level = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly level: Level;
  /** What was seen and, where it is wrong, what to set. */
  readonly detail: string;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly run: (target: Target) => Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ level: 'ok', detail });
export const warn = (detail: string): Finding => ({ level: 'warn', detail });
export const fail = (detail: string): Finding => ({ level: 'fail', detail });
export const skip = (detail: string): Finding => ({ level: 'skip', detail });

/** Responses by which a request is kept out: not named, not allowed, or not there at all. */
export function isRefused(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}
