import { attempt } from './commands.ts';
import { namespace, podsOf } from './release.ts';

/** The latest log lines with a server error of a Deployment's pods, each with the time, version and cause that the line names. */
export async function refusedIn(deployment: string, lines = 20): Promise<string> {
  const logs = await Promise.all(
    (await podsOf(deployment)).map(async ({ name }) => ({ name, log: await attempt('kubectl', ['logs', name, '-n', namespace]) })),
  );
  return logs
    .flatMap(({ name, log }) => {
      const refused = log.stdout.split('\n').filter((line) => /"status":5\d\d\b/.test(line));
      return refused.slice(-lines).map((line) => `${name}: ${line.slice(0, 800)}`);
    })
    .join('\n');
}
