import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

interface Gate {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** What `--fix` runs before the gate. */
  readonly fix?: readonly [program: string, ...args: string[]];
}

const script = (...args: string[]) => [process.execPath, '--conditions=source', ...args] as const;

/** The longest first, so that the others run next to it. */
const gates: readonly Gate[] = [
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], fix: ['oxlint', '--type-aware', '--fix'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'build', command: ['tsc', '-b', 'tsconfig.build.json'] },
  { name: 'types of web', command: ['tsc', '-p', 'web/tsconfig.json'] },
  { name: 'unused', command: ['knip'] },
  { name: 'structure', command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'services', 'scripts', 'deploy/images', 'monitoring', 'web'] },
  { name: 'names', command: script('scripts/structure/check-kind-names.ts') },
  { name: 'prose', command: script('scripts/prose/check-prose.ts') },
  { name: 'docs', command: script('scripts/docs.ts', '--check'), fix: script('scripts/docs.ts') },
  { name: 'charts', command: script('scripts/charts.ts', '--check'), fix: script('scripts/charts.ts') },
  { name: 'monitoring', command: script('monitoring/src/command.ts', 'check'), fix: script('monitoring/src/command.ts', 'build') },
  { name: 'format', command: ['oxfmt', '--check'], fix: ['oxfmt'] },
];

const usage = `npm run check -- [--fix] [GATE...]

Checks the repository without running tests: ${gates.map(({ name }) => name).join(', ')}.
Gates run next to each other, as many as there are CPUs. Without a GATE, all of them run.

  --fix   first fix what can be fixed: lint, generated pages, charts, dashboards and the format
  --help  print this text

Exit code: 0 when every gate passes, 1 when one fails, 2 for wrong usage.

Example: npm run check -- --fix lint format`;

function stopWith(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { fix: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  } catch (error) {
    return stopWith(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The exit status and the output of a command. */
async function run([program, ...args]: readonly [string, ...string[]]): Promise<{ passed: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject).on('close', (status) => resolve({ passed: status === 0, output }));
  });
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const unknown = positionals.find((name) => !gates.some((gate) => gate.name === name));
if (unknown !== undefined) stopWith(`There is no gate '${unknown}'.\n\n${usage}`);
const chosen = gates.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

// One after the other: the format comes last, after what the others write.
if (values.fix)
  for (const { name, fix } of chosen)
    if (fix) {
      const { passed, output } = await run(fix);
      console.log(`${passed ? 'fixed' : 'FAIL '} ${name}`);
      if (!passed) console.log(output);
    }

const failed: string[] = [];
const waiting = [...chosen];
let done = 0;
async function runGates(): Promise<void> {
  for (let gate = waiting.shift(); gate; gate = waiting.shift()) {
    const beganAt = performance.now();
    const { passed, output } = await run(gate.command);
    done += 1;
    const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
    console.log(`${passed ? 'ok  ' : 'FAIL'}  ${gate.name.padEnd(12)} ${seconds.padStart(5)} s  (${done} of ${chosen.length})`);
    if (!passed) {
      failed.push(gate.name);
      console.log(output);
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, runGates));

if (failed.length > 0) console.error(`\n${failed.join(', ')} failed. 'npm run check -- --fix' fixes the format, lint and generated files.`);
process.exitCode = failed.length > 0 ? 1 : 0;
