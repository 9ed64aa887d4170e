import { fileURLToPath } from 'node:url';
import { serviceNames, Suite } from '../services/all/src/suite.ts';
import { buildSite } from './site.ts';
import { welcome } from './suite/welcome.ts';

const directory = fileURLToPath(new URL('..', import.meta.url));
// On a laptop, whoever sits here may see what was sent here.
const env = { LABELLING: 'true', ...process.env };
const suite = new Suite({ env, directory, print: (line, name) => console.log(`${name.padEnd(9)} ${line}`) });

async function main(): Promise<void> {
  let stopping = false;
  const stop = async (code: number): Promise<never> => {
    if (stopping) {
      suite.kill();
      process.exit(1);
    }
    stopping = true;
    console.log('\nStopping: requests in flight are answered first (Ctrl-C again to stop at once) …');
    await suite.stop();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));

  try {
    buildSite((line) => console.log(line));
    console.log(`Starting ${serviceNames.join(', ')} …`);
    await suite.start();
  } catch (error) {
    if (stopping) return;
    console.error(error instanceof Error ? error.message : String(error));
    await suite.stop();
    process.exit(1);
  }
  console.log(await welcome(suite));
  suite.showLogs();
  const lost = await suite.ended;
  if (!stopping) {
    console.error(lost);
    await stop(1);
  }
}

await main();
