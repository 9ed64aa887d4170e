import { join } from 'node:path';
import { build, staleFiles } from './build.ts';
import { provoke } from './faults/provoke.ts';
import { verify } from './verify/verify.ts';

const pictures = join(import.meta.dirname, '..', '..', 'docs', 'images', 'dashboards');

function report(faults: readonly string[]): number {
  for (const fault of faults) console.error(`FAIL  ${fault}`);
  console.log(faults.length === 0 ? 'ok' : `${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  async build() {
    await build();
    return 0;
  },
  async check() {
    const stale = await staleFiles();
    for (const path of stale) console.error(`${path} is stale: run 'npm run monitoring -- build'`);
    return stale.length === 0 ? 0 : 1;
  },
  async faults() {
    return report(await provoke());
  },
  async verify(args) {
    const gateway = args.find((arg) => URL.canParse(arg))?.replace(/\/+$/, '');
    return report(await verify({ gateway, pictures: args.includes('--pictures') ? pictures : undefined }));
  },
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  console.error(`usage: npm run monitoring -- ${Object.keys(commands).join('|')}`);
  process.exit(2);
}
process.exit(await command(args));
