import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { kindNames } from '../../packages/contracts/src/index.ts';
import { isChecked, namesIn } from './kind-names.ts';

/** Files that spell out names all the same, and why; there may be ten. */
const allowed: Readonly<Record<string, string>> = {
  'packages/contracts/src/tasks.ts': 'the registry',
  'packages/client/src/client.ts': 'a client in a browser takes only types from the registry, which hold it to the names',
  'packages/serving/src/oip/parse-infer.ts': 'Triton has a parameter of that name',
  'deploy/compose/compose.yaml': 'Compose has no loops; compose.test.ts holds it to the registry',
  '.ci/run': 'evaluates the model of an example, and measures the cost of a clock on the quickest service',
  '.ci/training': 'retrains one kind, in time that a run of CI has',
};
const most = 10;

/** Part of `npm run check`: no list of kinds, tasks or versions outside of the registry. */
const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
const files = stdout.split('\0').filter((path) => isChecked(path) && existsSync(path));
const found = new Map(files.map((path) => [path, namesIn(path, readFileSync(path, 'utf8'), kindNames)] as const).filter(([, names]) => names.length > 0));

const faults = [...found].filter(([path]) => !(path in allowed)).map(([path, names]) => `${path}: ${names.join(', ')}`);
const unneeded = Object.keys(allowed).filter((path) => !found.has(path));
if (faults.length > 0) {
  console.error(`Names of kinds, tasks or versions are spelled out. Read them from packages/contracts/src/tasks.ts, or keep them in a file of the kind:`);
  console.error(faults.join('\n'));
}
for (const path of unneeded) console.error(`${path} is allowed to spell out names, and does not: remove it from the list.`);
if (Object.keys(allowed).length > most) console.error(`More than ${most} files are allowed to spell out names.`);
process.exitCode = faults.length + unneeded.length > 0 || Object.keys(allowed).length > most ? 1 : 0;
