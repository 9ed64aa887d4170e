import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { declaredTasks, Suite } from '../services/all/src/suite.ts';
import { buildSite } from './site.ts';
import { welcome } from './suite/welcome.ts';

const directory = fileURLToPath(new URL('..', import.meta.url));
// On a laptop, whoever sits here may see what was sent here.
const env: NodeJS.ProcessEnv = { LABELLING: 'true', ...process.env };
const tasks = await declaredTasks(resolve(directory, env['MODELS_DIR'] ?? 'models')).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const width = Math.max(...tasks.map(({ task }) => task.length), 'gateway'.length);
const suite = new Suite({
  tasks,
  env,
  directory,
  print: (line, name) => console.log(`${name.padEnd(width)} ${line}`),
  onStopRequested: () => void stop(0),
});
// A terminal that was closed takes no more lines, and ends nothing before the services have drained.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

let stopping = false;
let interrupts = 0;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const again = process.stdin.isTTY ? ' (Ctrl-C again to stop at once)' : '';
  console.log(`\nShutting down: finishing in-flight requests${again} …`);
  await suite.stop();
  process.exit(code);
}

/** Ctrl-C on a terminal comes once from there, for each press. */
function onInterrupt(): void {
  interrupts += 1;
  if (interrupts > 1 && process.stdin.isTTY) {
    suite.kill();
    process.exit(1);
  }
  void stop(0);
}

async function main(): Promise<void> {
  process.on('SIGINT', onInterrupt);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  // scripts/bootstrap.mjs has died; the services notice in the same way when this process dies.
  process.on('disconnect', () => void stop(0));

  try {
    buildSite((line) => console.log(line));
    console.log(`Starting ${suite.names.join(', ')} …`);
    await suite.start();
  } catch (error) {
    if (stopping) return;
    console.error(error instanceof Error ? error.message : String(error));
    await suite.stop();
    process.exit(1);
  }
  console.log(await welcome(suite, tasks));
  suite.showLogs();
  const lost = await suite.ended;
  if (!stopping) {
    console.error(lost);
    await stop(1);
  }
}

await main();
