// Gets from a bare clone to a running command with only Node 18+ and npm: installs with the pinned pnpm when the
// lock file has changed since the last time, then runs under the Node that the workspace brings along.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);

// packages/config/src/runtime-tuning.ts says why.
const runtimeTuning = ['--max-semi-space-size=4'];

const commands = {
  start: ['--conditions=source', ...runtimeTuning, at('scripts', 'start.ts')],
  test: [at('node_modules', 'jest', 'bin', 'jest.js')],
};

function fail(message) {
  console.error(message);
  process.exit(1);
}

function install() {
  const stamp = at('node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(at('pnpm-lock.yaml')))
    .update(readFileSync(at('pnpm-workspace.yaml')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Not in `packageManager`: pnpm would then look for itself in the registry at every install.
  const packageManager = `pnpm@${JSON.parse(readFileSync(at('package.json'), 'utf8')).config.pnpm}`;
  console.log(`Installing with ${packageManager} (a minute or two the first time) …`);
  const { status } = spawnSync(
    'npm',
    ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) fail(`The installation failed. To try by hand: npm exec --yes --package=${packageManager} -- pnpm install`);
  writeFileSync(stamp, wanted);
}

const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? '')) fail(`usage: node scripts/bootstrap.mjs ${Object.keys(commands).join('|')} [arguments]`);
if (Number(process.versions.node.split('.')[0]) < 18) fail(`Facet needs Node 18 or newer to begin with; this is ${process.version}.`);

install();
const node = at('node_modules', 'node', 'bin', 'node');
// What Node made of each file it keeps for the next process: services start sooner, and need no compiler of TypeScript in their memory.
process.env.NODE_COMPILE_CACHE ??= at('.cache', 'compiled');
// Over the channel the suite notices when this process dies. Jest would take it for the channel of one of its own workers.
const isSuite = name === 'start';
const stdio = isSuite ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
const child = spawn(existsSync(node) ? node : process.execPath, [...commands[name], ...rest], { cwd: root, stdio });
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

/** Any number of these asks for the same: the child drains and ends, and this process waits for it. */
const stopChild = () => child.kill('SIGTERM');
process.on('SIGTERM', stopChild);
process.on('SIGHUP', stopChild);
// Ctrl-C on a terminal reaches the child by itself; `kill -INT`, and npm that passes one on, reach this process alone.
process.on('SIGINT', isSuite ? stopChild : () => undefined);

// npm passes SIGTERM and SIGINT on, but may also be killed itself, or the shell between it and this process.
const startedBy = process.ppid;
const npm = isShell(startedBy) ? parentOf(startedBy) : undefined;
if (isSuite && process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== startedBy || (npm !== undefined && parentOf(startedBy) !== npm)) stopChild();
  }, 500).unref();
}

/** Whether a process is a shell that runs one command, as some shells do that do not become the command. Without /proc, none is known. */
function isShell(pid) {
  try {
    return /^[^\0]*sh\0-c\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

function parentOf(pid) {
  try {
    // The program's name stands in parentheses and may itself contain some.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    return undefined;
  }
}
