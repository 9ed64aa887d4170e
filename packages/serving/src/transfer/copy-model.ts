import { readModel, type ModelFiles } from '@facet/inference';
import { FolderStore, type ObjectStore } from '@facet/object-store';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { moveInto } from './move-into.ts';

/** The file that says what the others are; it is written last. */
const manifestFile = 'manifest.json';

const types: Readonly<Record<string, string>> = { json: 'application/json', md: 'text/markdown', png: 'image/png', jpg: 'image/jpeg' };

function typeOf(key: string): string {
  return types[key.split('.').at(-1)!] ?? 'application/octet-stream';
}

/** Refuses a model that is not what its place, or whoever pinned it, says it is. */
function requireModel({ manifest }: ModelFiles, where: string, task: string, version: string, pinned: string | undefined): void {
  if (manifest.task !== task || manifest.version !== version) throw new Error(`${where} holds ${manifest.task}/${manifest.version}`);
  if (pinned !== undefined && manifest.sha256 !== pinned) throw new Error(`${where} holds sha256 ${manifest.sha256}, expected ${pinned}`);
}

/**
 * Brings one model from a store into `<directory>/<task>/<version>`, verified before it takes that place.
 *
 * @param pinned sha256 that the model must have, when somebody demands one
 * @returns the model's reference, `<task>/<version>@sha256:<hex>`, and whether it lay there already
 * @throws {Error} one sentence: nothing there, a file damaged, another model than expected
 */
export async function pullModel(
  store: ObjectStore,
  task: string,
  version: string,
  directory: string,
  pinned?: string,
): Promise<{ reference: string; isNew: boolean }> {
  const prefix = `${task}/${version}/`;
  const from = `${store.location}/${task}/${version}`;
  const place = join(directory, task, version);
  const manifest = await store.get(prefix + manifestFile);
  if (manifest === undefined) throw new Error(`${from} holds no model: there is no ${manifestFile}`);

  const present = await readModel(place).catch(() => undefined);
  const wanted = shaIn(manifest);
  if (present && present.manifest.sha256 === wanted && (pinned === undefined || pinned === wanted)) return { reference: present.reference, isNew: false };

  // A hidden name: services do not take it for a version.
  const folder = join(dirname(place), `.${version}.pulling-${process.pid}`);
  const draft = new FolderStore(folder);
  await mkdir(folder, { recursive: true });
  try {
    for await (const { key } of store.list(prefix)) {
      const bytes = await store.get(key);
      if (bytes) await draft.put(key.slice(prefix.length), bytes);
    }
    const files = await readModel(folder).catch((error: unknown) => {
      throw new Error((error instanceof Error ? error.message : String(error)).replaceAll(folder, from));
    });
    requireModel(files, from, task, version, pinned);
    await moveInto(place, folder);
    return { reference: files.reference, isNew: true };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shaIn(manifest: Buffer): string | undefined {
  try {
    return (JSON.parse(manifest.toString('utf8')) as { sha256?: string }).sha256;
  } catch {
    return undefined;
  }
}

/**
 * Copies one model folder into a store, below `<task>/<version>/`, and reads the model back; files of a model that lay there
 * before and are not part of this one are removed.
 *
 * @returns the model's reference
 * @throws {Error} one sentence, when the folder is not a sound model or the store gave back something else
 */
export async function pushModel(path: string, store: ObjectStore): Promise<string> {
  const { manifest, reference, directory } = await readModel(path);
  const prefix = `${manifest.task}/${manifest.version}/`;
  const source = new FolderStore(directory);
  const keys: string[] = [];
  for await (const { key } of source.list()) if (!key.startsWith('.')) keys.push(key);
  // The manifest last: whoever reads it finds what it describes.
  for (const key of keys.toSorted((a, b) => Number(a === manifestFile) - Number(b === manifestFile))) {
    await store.put(prefix + key, (await source.get(key))!, typeOf(key));
  }
  for await (const { key } of store.list(prefix)) if (!keys.includes(key.slice(prefix.length))) await store.remove(key);
  const back = createHash('sha256')
    .update((await store.get(prefix + manifest.file)) ?? '')
    .digest('hex');
  if (back !== manifest.sha256) throw new Error(`${store.location}/${prefix}${manifest.file} came back as sha256 ${back}, expected ${manifest.sha256}`);
  return reference;
}
