import { listenForStop } from '@facet/config';

/**
 * Starts a process, or ends it with what is wrong: one report, no stack of ours.
 *
 * @param name what the line begins with
 */
export async function runMain(name: string, start: () => Promise<unknown>): Promise<void> {
  listenForStop();
  try {
    await start();
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
