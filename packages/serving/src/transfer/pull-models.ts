import { loadConfig } from '@facet/config';
import type { Kind } from '@facet/contracts';
import { openStore } from '@facet/object-store';
import { pullModel } from './copy-model.ts';
import { storeSettings } from '../settings/bucket-fields.ts';
import { pullFields } from '../settings/pull-fields.ts';

/**
 * Brings the models of one task from `MODELS_URL` into `MODELS_DIR`, each verified: what an init container runs before the service.
 *
 * @param kind of the service, which is also the name of its task unless `TASK` says another
 * @param print told of each model, one line
 * @throws {Error} one sentence about the first model that cannot be had; those before it lie in their places
 */
export async function pullModels(kind: Kind, env: Readonly<Record<string, string | undefined>>, print: (line: string) => void): Promise<void> {
  const config = loadConfig(pullFields, env);
  const task = config.task ?? kind;
  if (config.modelsUrl === '') throw new Error('MODELS_URL is not set: expected s3://bucket/prefix');
  const store = await openStore(config.modelsUrl, storeSettings(config));
  try {
    for (const version of config.modelVersions) {
      const { reference, isNew } = await pullModel(store, task, version, config.modelsDir, config.modelSha256[version]);
      print(`${reference} ${isNew ? `pulled from ${store.location}` : 'lies there already'}`);
    }
  } finally {
    await store.close();
  }
}
