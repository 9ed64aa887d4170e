import { spawnSync } from 'node:child_process';

/** All rules that the repo holds itself to, in the order in which they are quickest to mend. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'oxfmt', '--check'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types: web', 'tsc', '-p', 'web/tsconfig.json'],
  ['build', 'tsc', '-b', 'tsconfig.build.json'],
  ['structure', 'depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'services', 'scripts', 'deploy/images', 'monitoring', 'web'],
  ['names', process.execPath, '--conditions=source', 'scripts/structure/check-kind-names.ts'],
  ['prose', process.execPath, '--conditions=source', 'scripts/prose/check-prose.ts'],
  ['unused', 'knip'],
  ['docs', process.execPath, '--conditions=source', 'scripts/docs.ts', '--check'],
  ['charts', process.execPath, '--conditions=source', 'scripts/charts.ts', '--check'],
  ['monitoring', process.execPath, '--conditions=source', 'monitoring/src/command.ts', 'check'],
];

const failed = checks.filter(([name, command, ...args]) => {
  const beganAt = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)} ${seconds} s`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status !== 0;
});

if (failed.length > 0)
  console.error(
    `\n${failed.map(([name]) => name).join(', ')} failed. Fix the format with 'npm run format', and generated files with 'npm run docs', 'npm run charts' and 'npm run monitoring -- build'.`,
  );
process.exit(failed.length === 0 ? 0 : 1);
