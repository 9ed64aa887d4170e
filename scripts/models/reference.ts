import { inParallel } from '@facet/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReference, referenceSchema, reliabilityOf } from '../../packages/drift/src/index.ts';
import { CommandError, readArguments, type Command, type CommandContext } from './command.ts';
import { ask, lanes } from './evaluate/evaluator.ts';
import { chooseModels, modelsDir, modelsDirOption, readChosen, showPath, type ModelFolder } from './folders.ts';
import { referenceData } from './reference/reference-data.ts';
import { onlyModel, serveModels } from './serve-models.ts';

/** What the service keeps of its state, as far as it is read here. */
interface Kept {
  readonly state: { readonly reference: unknown };
}

/** Asks the version everything, lets it make what it saw its reference, and reads that from what it keeps. */
async function makeReference({ task, kind, version, path }: ModelFolder): Promise<string> {
  const { source, items } = referenceData[kind];
  const all = items();
  const state = await mkdtemp(join(tmpdir(), 'reference-'));
  const service = await serveModels(kind, task, {
    ...onlyModel(version, path),
    STATE_DIR: state,
    SAMPLES_DIR: 'none',
    DRIFT_WINDOW: String(all.length),
    OBSERVE_MAX_PER_SECOND: '100000',
  });
  try {
    const failure = service.failures.get(version);
    if (failure !== undefined) throw new CommandError(`${showPath(path)} cannot be served: ${failure}`);
    const answers = await inParallel(all, lanes, async ({ body, isRight }) => {
      const answer = await ask<{ confidence?: number }>(`${service.url}/${version}/predict`, await body());
      return { confidence: answer.confidence, isRight: isRight?.(answer) };
    });
    const { updated } = await ask<{ updated: string[] }>(`${service.url}/reference/update`, { version });
    if (!updated.includes(version)) throw new CommandError('drift detection is off: unset DRIFT');
    const kept = JSON.parse(await readFile(join(state, `drift-${task}-${version}.json`), 'utf8')) as Kept;
    const { sha256 } = JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as { sha256: string };
    const labelled = answers.flatMap(({ confidence, isRight }) => (confidence === undefined || isRight === undefined ? [] : [{ confidence, isRight }]));
    const reference = referenceSchema.parse({
      ...(kept.state.reference as object),
      source,
      sha256,
      command: `npm run models -- reference --task ${task} --version ${version}`,
      ...(labelled.length > 0 && { reliability: reliabilityOf(labelled) }),
    });
    return oneLineAFeature(reference);
  } finally {
    await service.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** JSON that a diff can be read of. */
function oneLineAFeature(reference: { readonly features: Readonly<Record<string, unknown>> }): string {
  const { features, ...about } = reference;
  const lines = Object.entries(features).map(([name, summary]) => `    ${JSON.stringify(name)}: ${JSON.stringify(summary)}`);
  const head = Object.entries(about).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return `{\n${head.join('\n')}\n  "features": {\n${lines.join(',\n')}\n  }\n}\n`;
}

async function writeReference(model: ModelFolder, { env, print }: CommandContext): Promise<boolean> {
  const { task, kind, version, path } = model;
  const missing = referenceData[kind].missing();
  if (missing !== undefined) {
    print(`skipped  ${task} ${version}: ${missing}`);
    return !env['CI'];
  }
  const text = await makeReference(model);
  const file = join(path, 'reference.json');
  await writeFile(file, text);
  print(`ok  ${showPath(file)}: ${parseReference(text, file).samples} predictions, ${(text.length / 1024).toFixed(1)} KiB`);
  return true;
}

export const reference: Command = {
  usage: `models reference [--task TASK] [--version VERSION] [--models-dir DIR]
  Writes the reference.json beside each model: what its inputs and answers look like on the data that it is made for, as the service
  itself sees them. Drift is measured against it. Numbers only; no data is copied.`,

  async run(args, context) {
    const { values } = readArguments(args, { ...modelsDirOption, task: { type: 'string' }, version: { type: 'string' } } as const);
    let isWell = true;
    for (const model of await chooseModels(modelsDir(values['models-dir'], context.env), readChosen(values)))
      isWell = (await writeReference(model, context)) && isWell;
    return isWell ? 0 : 1;
  },
};
