import type { CaseResult } from '../measure/measure-case.ts';
import type { Mode } from '../options.ts';
import type { Provenance } from './provenance.ts';
import type { Summary } from './summary.ts';

/** What one command found out about one kind of request: a part of the results that a later command replaces as a whole. */
export interface Section extends Provenance, Omit<CaseResult, 'runs'> {
  readonly mode: Mode;
  readonly name: string;
  readonly title: string;
  /** Whom ratios are to. */
  readonly reference: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Arrivals a second, where requests arrive by themselves. */
  readonly rate?: number;
  readonly rows: readonly Summary[];
  /** By name, as the page calls them. */
  readonly titles: Readonly<Record<string, string>>;
}
