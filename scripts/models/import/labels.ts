import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError } from '../command.ts';

/** Class names and where they came from, for sentences. */
export interface Labels {
  readonly names: readonly string[];
  readonly source: string;
}

/** `{0: 'cat', 1: "dog's"}` as Ultralytics writes it, Python's way to print a dictionary, or `{"0": "cat"}`, LibreYOLO's JSON. */
const pythonEntry = /["']?(\d+)["']?\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** Class names in the exporter's metadata, in the order of their numbers; undefined where there are none. */
export function labelsOf(metadata: ReadonlyMap<string, string>): Labels | undefined {
  const text = metadata.get('names');
  if (text === undefined) return undefined;
  const entries = [...text.matchAll(pythonEntry)].map(([, id, single, double]) => [Number(id), (single ?? double ?? '').replaceAll(/\\(.)/g, '$1')] as const);
  const names = inOrder(new Map(entries));
  return names && { names, source: "the model's own names" };
}

/** Names of classes 0 … n - 1, or nothing when a number is missing. */
function inOrder(byId: ReadonlyMap<number, string>): string[] | undefined {
  const names = Array.from({ length: byId.size }, (_, id) => byId.get(id));
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}

/**
 * Reads class names from a file: `.json` with a list or an object from number to name, anything else with a name a line.
 *
 * @param twice whether several classes may have one name
 * @throws {CommandError} when the file is missing, or names are missing, or there twice where that is refused
 */
export async function readLabels(path: string, twice: 'refuse' | 'allow' = 'refuse'): Promise<Labels> {
  const source = basename(path);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(`--labels: there is no file ${path}.`);
  });
  const names = path.toLowerCase().endsWith('.json') ? fromJson(text, source) : text.split(/\r?\n/).map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  const empty = names.indexOf('');
  if (names.length === 0 || empty >= 0)
    throw new CommandError(`${source}: expected a name a line, found ${names.length === 0 ? 'none' : `nothing on line ${empty + 1}`}.`);
  if (twice === 'allow') return { names, source };
  const again = names.find((name, index) => names.indexOf(name) !== index);
  if (again !== undefined) throw new CommandError(`${source}: expected each name once, found '${again}' twice.`);
  return { names, source };
}

/** Names of which each stands for one class: ImageNet's cranes are a bird and a machine, and get the numbers of their classes. */
export function numberSame(names: readonly string[]): string[] {
  const counts = Map.groupBy(names, (name) => name);
  return names.map((name, id) => (counts.get(name)!.length === 1 ? name : `${name} (${id})`));
}

function fromJson(text: string, source: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CommandError(`${source}: expected JSON, found something else.`);
  }
  const isName = (name: unknown): name is string => typeof name === 'string';
  if (Array.isArray(value) && value.every(isName)) return value.map((name) => name.trim());
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const names = inOrder(new Map(Object.entries(value).map(([id, name]) => [Number(id), String(name).trim()])));
    if (names) return names;
  }
  throw new CommandError(`${source}: expected a list of names, or an object such as {"0": "cat", "1": "dog"} with every number from 0 on.`);
}

/** @throws {CommandError} when there are not as many names as the model has classes */
export function requireLabels(labels: Labels | undefined, classes: number, model: string): readonly string[] {
  if (!labels) throw new CommandError(`${model} has ${classes} classes and does not name them: give their names with --labels FILE, one a line.`);
  if (labels.names.length !== classes) throw new CommandError(`${labels.source} has ${labels.names.length} labels, but ${model} has ${classes} classes.`);
  return labels.names;
}
