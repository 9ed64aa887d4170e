import { parseSync } from '@swc/core';
import { parseAllDocuments } from 'yaml';

/** Text of the product in which names of kinds, and of the tasks that are named like them, are to come from the registry. */
const isCode = (path: string): boolean => /\.(?:[cm]?[jt]s|tsx|sh)$/.test(path) || /^\.ci\/[\w-]+$/.test(path) || /^deploy\/.*\.ya?ml$/.test(path);

/** Tests and what serves them alone, guides, pages, training, and values of one deployment: examples all. */
const isElsewhere = (path: string): boolean =>
  /^(?:docs|examples|models|training|web|bench|e2e|deploy\/gitops)\//.test(path) || /\.test\.ts$|(?:^|\/)(?:tests?|fixtures)\//.test(path);

/** Whether a file is held to the rule, by its path from the root with slashes. */
export const isChecked = (path: string): boolean => isCode(path) && !isElsewhere(path);

const isGenerated = (text: string): boolean => /^.{0,8}Written by `/.test(text);

/** Whether a path has a folder or a file of the kind: `services/plate/…`, `kinds/plate.ts`, `contracts/src/plate-stream.ts`. */
function isOwn(path: string, kind: string): boolean {
  return path.split('/').some((segment) => segment === kind || segment.startsWith(`${kind}.`) || segment.startsWith(`${kind}-`));
}

interface Found {
  /** Names that stand there as a string, a word or a scalar. */
  readonly strings: string[];
  /** By object, type or mapping: its keys. */
  readonly keys: string[][];
  /** Lists of versions. */
  readonly versions: string[];
}

const versionName = /^v\d+$/;
const versionList = /^v\d+(?:,v\d+)+$/;

interface Node {
  readonly type?: string;
  readonly [member: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The name of a member of an object or a type, where it is written out. */
function keyOf(member: unknown): string[] {
  if (!isNode(member)) return [];
  const key = member.type === 'Identifier' ? member : (member['key'] as Node | undefined);
  const name = key?.['value'];
  return typeof name === 'string' && (key?.type === 'Identifier' || key?.type === 'StringLiteral') ? [name] : [];
}

function lookInto(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const each of value) lookInto(each, found);
  if (!isNode(value) || Array.isArray(value)) return;
  if (value.type === 'StringLiteral') found.strings.push(value['value'] as string);
  if (value.type === 'TemplateElement') found.strings.push(value['raw'] as string);
  if (value.type === 'ObjectExpression') found.keys.push((value['properties'] as unknown[]).flatMap(keyOf));
  if (value.type === 'TsTypeLiteral') found.keys.push((value['members'] as unknown[]).flatMap(keyOf));
  if (value.type === 'TsInterfaceBody') found.keys.push((value['body'] as unknown[]).flatMap(keyOf));
  if (value.type === 'ArrayExpression') {
    const names = (value['elements'] as ({ expression: Node } | null)[]).map((element) => element?.expression['value']);
    if (names.length > 1 && names.every((name) => typeof name === 'string' && versionName.test(name))) found.versions.push(names.join(', '));
  }
  for (const [name, member] of Object.entries(value)) if (name !== 'span') lookInto(member, found);
}

function inYaml(text: string, found: Found): void {
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.strings.push(value);
    else if (Array.isArray(value)) for (const each of value) walk(each);
    else if (typeof value === 'object' && value !== null) {
      found.strings.push(...Object.keys(value));
      for (const each of Object.values(value)) walk(each);
    }
  };
  for (const document of parseAllDocuments(text, { merge: true })) walk(document.toJS());
}

function inShell(text: string, found: Found): void {
  for (const line of text.split('\n')) if (!/^\s*#/.test(line)) found.strings.push(...line.split(/[\s;|&'"(){}=,]+/));
}

/**
 * Names of kinds and lists of versions that a file spells out instead of reading them from the registry.
 *
 * One key alone may be the field of an answer that is named like its kind; two of them in one object are a list of kinds.
 *
 * @param path from the root of the repository, with slashes
 * @param kinds their names
 * @returns what was found, each once; none for a file that may hold them
 */
export function namesIn(path: string, text: string, kinds: readonly string[]): string[] {
  if (!isChecked(path) || isGenerated(text)) return [];
  const found: Found = { strings: [], keys: [], versions: [] };
  if (/\.ya?ml$/.test(path)) inYaml(text, found);
  else if (/\.(?:[cm]?[jt]s|tsx)$/.test(path)) lookInto(parseSync(text, { syntax: 'typescript', tsx: path.endsWith('x') }).body, found);
  else inShell(text, found);
  const isKind = (name: string): boolean => kinds.includes(name) && !isOwn(path, name);
  const listed = found.keys.map((keys) => keys.filter(isKind)).filter((names) => names.length > 1);
  return [...new Set([...found.strings.filter((name) => isKind(name) || versionList.test(name)), ...listed.flat(), ...found.versions])];
}
