import { exportSamples } from './samples/export.ts';
import { importSamples } from './samples/import.ts';
import { walk } from './samples/walk.ts';
import { CommandError, type Command, type CommandContext } from './models/command.ts';

const commands: Readonly<Record<string, Command>> = { export: exportSamples, import: importSamples, walk };

const usage = `usage: npm run samples -- COMMAND [options]

${Object.values(commands)
  .map((command) => command.usage)
  .join('\n\n')}

Exit codes: 0 all is well, 1 something is wrong, 2 the command was typed wrongly.`;

const context: CommandContext = { env: process.env, print: (line) => console.log(line), note: (line) => console.error(line) };

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || args.includes('--help')) {
    context.print(command ? `usage: npm run ${command.usage}` : usage);
    return command || name === '--help' ? 0 : 2;
  }
  return command.run(args, context);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof CommandError ? error.message : error);
  process.exitCode = error instanceof CommandError ? error.exitCode : 1;
}
