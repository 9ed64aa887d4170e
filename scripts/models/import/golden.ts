import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KindTools } from '../../kinds/kind-tools.ts';
import { CommandError } from '../command.ts';
import { root } from '../folders.ts';

/**
 * The golden input: a file, or without one the example of the kind.
 *
 * @throws {CommandError} when the file is missing or no input of this kind
 */
export async function readGolden({ example, golden }: KindTools, path: string | undefined): Promise<Buffer> {
  const bytes = await readFile(path ?? join(root, example.file)).catch(() => {
    throw new CommandError(`--golden: there is no file ${path ?? example.file}.`);
  });
  return golden.read(bytes);
}

/**
 * Asks a service the golden question.
 *
 * @returns its answer
 * @throws {CommandError} with what it answered instead
 */
export async function askGolden({ example, golden }: KindTools, url: string, version: string, input: Buffer): Promise<object> {
  const query = new URLSearchParams(Object.entries(golden.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]));
  const answer = await fetch(`${url}/${version}/predict?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': example.type, 'x-request-timeout-ms': '60000' },
    body: new Uint8Array(input),
  });
  const text = await answer.text();
  if (!answer.ok) throw new CommandError(`Inference of the golden input failed: ${answer.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as object;
}
