import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findRecords, verifyLines } from './verify.ts';

const usage = `usage: audit verify FILE|FOLDER …          follows the chain, and names the first link that is broken
       audit find REQUEST_ID FILE|FOLDER …   prints the records of a request

Several files are read one after another in the order given; of a folder all that end in .jsonl, by name.
Exit codes: 0 all is well, 1 a link is broken or nothing was found, 2 the command was typed wrongly.`;

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .map((name) => join(path, name));
}

interface Place {
  readonly file: string;
  readonly text: string;
}

async function read(paths: readonly string[]): Promise<Place[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}

function verify(places: readonly Place[], print: (line: string) => void): number {
  const { records, chains, broken, torn } = verifyLines(places.map(({ text }) => text).join(''));
  for (const { chain, from, to, hash } of chains) print(`chain ${chain}: records ${from} to ${to}, ends in ${hash}`);
  if (torn) print('the last line was cut off in mid-write; the next start of the service heals it');
  if (!broken) {
    print(records > 0 ? `ok: ${records} records, every link holds` : 'there is no record in what was given');
    return records > 0 ? 0 : 1;
  }
  let line = broken.line;
  const place = places.find(({ text }) => {
    const count = text.split('\n').length - 1;
    if (line <= count) return true;
    line -= count;
    return false;
  });
  print(`BROKEN at ${place?.file ?? 'the end'}, line ${line}: ${broken.why}`);
  return 1;
}

/** The commands of `audit`; gives back the exit code. */
export async function runAudit([command, ...args]: readonly string[], print: (line: string) => void): Promise<number> {
  const paths = command === 'find' ? args.slice(1) : args;
  if ((command !== 'verify' && command !== 'find') || paths.length === 0) {
    print(usage);
    return command === 'help' || command === '--help' ? 0 : 2;
  }
  const places = await read(paths);
  if (command === 'verify') return verify(places, print);
  const found = places.flatMap(({ text }) => findRecords(text, args[0]!));
  for (const line of found) print(line);
  return found.length > 0 ? 0 : 1;
}
