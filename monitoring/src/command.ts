import { build, staleFiles } from './build.ts';

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
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  console.error(`usage: npm run monitoring -- ${Object.keys(commands).join('|')}`);
  process.exit(2);
}
process.exit(await command(args));
