import { parseArgs } from 'node:util';
import { contestants } from './contestants/index.ts';
import type { Contestant } from './contestants/contestant.ts';
import { limitContestants } from './limits/index.ts';
import { proxyContestants } from './proxies/index.ts';
import { cases, type Case } from './payloads/cases.ts';

const restless = contestants.filter(({ isRestless }) => isRestless).map(({ name }) => name);

export const usage = `usage: npm run bench -- [options]
  --task NAMES         ${cases.map(({ name }) => name).join(',')} (all)
  --peers NAMES        ${contestants.map(({ name }) => name).join(',')} (all but ${restless.join(',')})
  --connections LIST   1,8,32
  --seconds N          measured in each run (5)
  --rounds N           runs of each contestant (5)
  --quick              digit, gesture, detection; facet and fastapi-2; 3 rounds of 1.5 s
  --open               requests that arrive by themselves, at --share (0.6) of what fastapi-2 can answer
  --limits             Facet beside a bare HTTP server, and a bare loop of decode and inference on all cores
  --proxies            the gateway beside Envoy, without what the service behind them uses; Envoy must be on the PATH
  --dry                write nothing to docs/bench`;

/** Closed loop against peers, open loop against peers, closed loop against what the hardware can do, the gateway against another proxy. */
export type Mode = 'closed' | 'open' | 'limits' | 'proxies';

/** Who may take part in each. */
const entrants: Readonly<Record<Mode, readonly Contestant[]>> = { closed: contestants, open: contestants, limits: limitContestants, proxies: proxyContestants };

export interface Options {
  readonly mode: Mode;
  readonly cases: readonly Case[];
  readonly contestants: readonly Contestant[];
  readonly connections: readonly number[];
  /** Of the reference's peak: the rate of the open loop. */
  readonly share: number;
  /** Load that each contestant has once before it is measured: services run for days, and compile what is asked often. */
  readonly settleSeconds: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly dry: boolean;
}

/** @throws {Error} one sentence about what cannot be understood */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      task: { type: 'string' },
      peers: { type: 'string' },
      connections: { type: 'string', default: '1,8,32' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      open: { type: 'boolean', default: false },
      share: { type: 'string', default: '0.6' },
      limits: { type: 'boolean', default: false },
      proxies: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
    },
  });
  const { quick, dry } = values;
  const asked = (['open', 'limits', 'proxies'] as const).filter((name) => values[name]);
  if (asked.length > 1) throw new Error(`${asked.map((name) => `--${name}`).join(' and ')} are different measurements: ask for one`);
  const mode = asked[0] ?? 'closed';
  const peers = values.peers ?? (quick && entrants[mode] === contestants ? 'facet,fastapi-2' : undefined);
  return {
    mode,
    cases: choose(cases, values.task ?? (quick ? 'digit,gesture,detection' : undefined), 'task'),
    contestants: peers === undefined ? entrants[mode].filter(({ isRestless }) => !isRestless) : choose(entrants[mode], peers, 'peer'),
    connections: values.connections.split(',').map((text) => positive(text, 'connections')),
    share: positive(values.share, 'share'),
    settleSeconds: quick ? 2 : 5,
    warmupSeconds: quick ? 0.5 : 1,
    seconds: positive(values.seconds ?? (quick ? '1.5' : '5'), 'seconds'),
    rounds: positive(values.rounds ?? (quick ? '3' : '5'), 'rounds'),
    dry,
  };
}

function choose<T extends { readonly name: string }>(all: readonly T[], names: string | undefined, what: string): readonly T[] {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const found = all.find((item) => item.name === name);
    if (!found) throw new Error(`no ${what} is called '${name}'; there are ${all.map((item) => item.name).join(', ')}`);
    return found;
  });
}

function positive(text: string, what: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${what} takes numbers above 0, not '${text}'`);
  return value;
}
