import { loadConfig } from '../../packages/config/src/index.ts';
import { openStore, type ObjectStore } from '../../packages/object-store/src/index.ts';
import { bucketFields, storeSettings } from '../../packages/serving/src/index.ts';
import { CommandError, type CommandContext } from './command.ts';
import { modelsDirOption } from './folders.ts';

export const storeOptions = { ...modelsDirOption, task: { type: 'string' }, version: { type: 'string' } } as const;

/**
 * Opens the one store that a command names.
 *
 * @throws {CommandError} exit code 2 when it names none, several, or one of an unknown kind
 */
export async function readStore(positionals: readonly string[], { env }: CommandContext): Promise<ObjectStore> {
  const [address, ...others] = positionals;
  if (address === undefined || others.length > 0) throw new CommandError(`Name one place, such as s3://bucket/prefix; found ${positionals.length}.`, 2);
  try {
    return await openStore(address, storeSettings(loadConfig(bucketFields, env)));
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(`${error.message}.`, 2) : error;
  }
}
