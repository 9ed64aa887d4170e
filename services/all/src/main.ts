import { field, loadConfig, onStop, portField, text } from '@facet/config';
import { resolve } from 'node:path';
import { declaredTasks, Suite } from './suite.ts';

/** The one process that a container runs: ends non-zero when a service ends by itself, zero when it was told to and all have drained. */
async function main(): Promise<number> {
  const { port, modelsDir } = loadConfig(
    { port: portField(8080), modelsDir: field({ env: 'MODELS_DIR', schema: text(), fallback: 'models', doc: 'Folder of the models.' }) },
    process.env,
  );
  const tasks = await declaredTasks(resolve(modelsDir));
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= suite.stop());
  let told = false;
  const toldToStop = (): void => {
    told = true;
    void stop();
  };
  const suite = new Suite({
    tasks,
    env: process.env,
    // Services take the ports after the gateway's own, so that any choice of PORT leaves room for them.
    firstPort: port,
    // Only the gateway is reached from outside, and it has stopped asking before they are told to stop.
    settings: (name) => (name === 'gateway' ? { DISCOVERY: 'none' } : { DRAIN_DELAY: '0ms' }),
    directory: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    onStopRequested: toldToStop,
  });
  suite.showLogs();
  // Who read the output may be gone before the services have drained.
  process.stdout.on('error', () => undefined);
  onStop({ stop: toldToStop });
  process.on('SIGHUP', () => suite.reopenLogs());

  let lost: string;
  try {
    await suite.start();
    lost = await suite.ended;
  } catch (error) {
    lost = error instanceof Error ? error.message : String(error);
  }
  if (!told) process.stderr.write(`all: ${lost}\n`);
  await stop();
  return told ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`all: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
