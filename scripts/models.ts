import { add } from './models/add.ts';
import { CommandError, type Command, type CommandContext } from './models/command.ts';
import { evaluate } from './models/evaluate.ts';
import { importModel } from './models/import.ts';
import { list } from './models/list.ts';
import { pull } from './models/pull.ts';
import { push } from './models/push.ts';
import { reference } from './models/reference.ts';
import { setup } from './models/setup.ts';
import { verify } from './models/verify.ts';

const commands: Readonly<Record<string, Command>> = { list, verify, setup, evaluate, reference, add, import: importModel, push, pull };

const usage = `usage: pnpm models COMMAND [options]

${Object.values(commands)
  .map((command) => command.usage)
  .join('\n\n')}

Exit codes: 0 all is well, 1 something is wrong, 2 the command was typed wrongly.`;

const context: CommandContext = { env: process.env, print: (line) => console.log(line), note: (line) => console.error(line) };

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? context.note : context.print)(usage);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandError(`There is no command '${name}'; expected ${Object.keys(commands).join(', ')}.`, 2);
  if (args.includes('--help') || args.includes('-h')) {
    context.print(`usage: pnpm ${command.usage}`);
    return 0;
  }
  return command.run(args, context);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof CommandError ? error.exitCode : 1;
}
