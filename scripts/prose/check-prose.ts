import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { messageFaults, pageFaults } from './prose.ts';
import { unconverted } from './unconverted.ts';

// The rules themselves list the words.
const isRule = (path: string): boolean => path === 'scripts/prose/prose.ts';
const isPage = (path: string): boolean => path.endsWith('.md');
const isSource = (path: string): boolean =>
  /^(?:packages|services|scripts|monitoring)\/.*\.ts$/.test(path) && !/\.test\.ts$|(?:^|\/)(?:tests?|fixtures|testkit)\//.test(path);

/** Part of `npm run check`: the wording of every page and message. See docs/glossary.md for the terms. */
const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
const files = stdout.split('\0').filter((path) => (isPage(path) || isSource(path)) && !isRule(path) && existsSync(path));
const faultsOf = (path: string): string[] => (isPage(path) ? pageFaults : messageFaults)(readFileSync(path, 'utf8'));
const found = new Map(files.map((path) => [path, faultsOf(path)] as const).filter(([, faults]) => faults.length > 0));

const faults = [...found].filter(([path]) => !unconverted.has(path)).flatMap(([path, each]) => each.map((fault) => `${path}: ${fault}`));
const converted = [...unconverted].filter((path) => !found.has(path)).map((path) => `${path} is converted: remove it from scripts/prose/unconverted.ts.`);
for (const line of [...faults, ...converted]) console.error(line);
process.exitCode = faults.length + converted.length > 0 ? 1 : 0;
