import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where figures come from. */
export interface Provenance {
  /** ISO date and time. */
  readonly at: string;
  readonly command: string;
  /** With a plus when files differed from it. */
  readonly commit: string;
  readonly machine: string;
  /** What the contestants are made of, by title. */
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that wanted to run in the minute before. */
  readonly loadAverage: number;
}

/** Taken when the command starts, so that its own load is not in it. */
export function provenance(args: readonly string[], contestants: readonly { readonly title: string; readonly versions?: string }[]): Provenance {
  return {
    at: new Date().toISOString().slice(0, 16) + 'Z',
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    commit: `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') ? '+' : ''}`,
    machine: `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    versions: Object.fromEntries(contestants.flatMap(({ title, versions }) => (versions ? [[title, versions]] : []))),
    loadAverage: loadavg()[0]!,
  };
}

function git(...args: readonly string[]): string {
  return spawnSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).stdout?.trim() || '';
}
