import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where a command reads the outside world from: the entry hands it over. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line of the command's result. */
  readonly print: (line: string) => void;
  /** One line about what it is doing, or a warning. */
  readonly note: (line: string) => void;
}

/** One subcommand of `models`. */
export interface Command {
  /** How it is called, and its options: shown by `--help` and after a mistake. */
  readonly usage: string;
  /**
   * @returns the exit code: 0 when all is well, 1 when something was found wrong
   * @throws {CommandError}
   */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** Something that a person can mend: shown as one line, without a stack. */
export class CommandError extends Error {
  /** 2 for a command that was typed wrongly, 1 for one that could not do its work. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Reads a command's arguments.
 *
 * @throws {CommandError} exit code 2, naming the option that is unknown or lacks its value
 */
export function readArguments<T extends ParseArgsConfig['options']>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node adds advice on '--' after the first sentence, which misleads more than it helps.
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\. /);
    throw new CommandError(`${sentence?.replace(/\.$/, '') ?? ''}.`, 2);
  }
}

/** @throws {CommandError} exit code 2, with what was expected */
export function oneOf<T extends string>(value: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new CommandError(`${option}: expected ${allowed.join(', ')}, found '${value}'.`, 2);
  return found;
}

/** @throws {CommandError} exit code 2 when the text is no whole number from `min` on */
export function wholeNumber(text: string, option: string, min = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) throw new CommandError(`${option}: expected a whole number from ${min} on, found '${text}'.`, 2);
  return value;
}
