import { reference } from '../contestants/index.ts';
import { bareLoop } from '../limits/index.ts';
import { envoy } from '../proxies/index.ts';
import type { Mode, Options } from '../options.ts';
import type { Case } from '../payloads/cases.ts';
import type { Provenance } from '../report/provenance.ts';
import type { Section } from '../report/section.ts';
import { summarise } from '../report/summary.ts';
import { measureCase, type CaseResult } from './measure-case.ts';
import { measureOpen } from './measure-open.ts';
import type { Run } from './run.ts';

type Measure = (subject: Case, options: Options, observe: (run: Run) => void) => Promise<CaseResult>;

const besideEachOther: Measure = (subject, options, observe) => measureCase(subject, options, observe);

const measures: Readonly<Record<Mode, Measure>> = {
  closed: besideEachOther,
  limits: (subject, options, observe) => measureCase(subject, options, observe, bareLoop),
  proxies: besideEachOther,
  open: measureOpen,
};

/** Whom ratios are to. */
const references: Readonly<Record<Mode, { readonly name: string; readonly title: string }>> = {
  closed: reference,
  limits: bareLoop,
  proxies: envoy,
  open: reference,
};

/** Measures one kind of request in the mode that was asked for. */
export async function measureSection(subject: Case, options: Options, origin: Provenance, observe: (run: Run) => void): Promise<Section> {
  const { mode, rounds, seconds, contestants } = options;
  const { runs, ...rest } = await measures[mode](subject, options, observe);
  const entrants = mode === 'limits' ? [bareLoop, ...contestants] : contestants;
  const comparedTo = references[mode];
  return {
    mode,
    name: subject.name,
    title: subject.title,
    reference: comparedTo.name,
    rounds,
    seconds,
    ...origin,
    rows: summarise(
      runs,
      comparedTo.name,
      entrants.map(({ name }) => name),
    ),
    ...rest,
    titles: Object.fromEntries([...entrants, comparedTo].map(({ name, title }) => [name, title])),
  };
}
