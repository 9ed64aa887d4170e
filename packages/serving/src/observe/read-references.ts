import { parseReference, type Reference, type MonitoredVersion } from '@facet/drift';
import { readManifest } from '@facet/inference';
import type { Log } from '@facet/telemetry';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import { modelPath } from '../settings/model-path.ts';

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** The file that holds a version's reference. */
async function pathOf(model: string, version: string, given: string | undefined): Promise<string> {
  if (given === undefined) return join((await isFolder(model)) ? model : dirname(model), 'reference.json');
  return (await isFolder(given)) ? join(given, version, 'reference.json') : given;
}

async function readReference(path: string): Promise<Reference | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseReference(text, path);
}

/**
 * The versions to watch, each with its reference; one that cannot be read is said, and the version learns from its first predictions.
 *
 * @throws {Error} when `REFERENCE_DATA_PATH` names what is not there or cannot be read
 */
export async function readReferences(config: InferenceConfig, task: string, log: Log): Promise<MonitoredVersion[]> {
  const { referenceDataPath } = config;
  return Promise.all(
    config.modelVersions.map(async (version) => {
      const path = modelPath(config, task, version);
      // A model that cannot be loaded is said elsewhere; it has no predictions to watch.
      const model = await readManifest(path).then(
        ({ sha256 }) => `${task}/${version}@sha256:${sha256}`,
        () => `${task}/${version}`,
      );
      const file = await pathOf(path, version, referenceDataPath);
      try {
        const reference = await readReference(file);
        if (!reference && referenceDataPath !== undefined) throw new Error(`REFERENCE_DATA_PATH: there is no ${file}`);
        if (reference && reference.task !== task) throw new Error(`${file} is a reference for ${reference.task}, expected ${task}`);
        return { version, model, reference };
      } catch (error) {
        if (referenceDataPath !== undefined) throw error;
        log.error({ version, reason: String(error) }, 'the reference cannot be read; using the first window of predictions');
        return { version, model, reference: undefined };
      }
    }),
  );
}
