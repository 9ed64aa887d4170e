import { inParallel, isDataRequired } from '@facet/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toolsOf } from '../kinds/tools-of.ts';
import { parseReference, referenceSchema, reliabilityOf } from '../../packages/drift/src/index.ts';
import { readTaskFile } from '../../packages/contracts/src/index.ts';
import { readManifest } from '../../packages/inference/src/index.ts';
import { CommandError, readArguments, type Command, type CommandContext } from './command.ts';
import { ask, lanes } from './evaluate/evaluator.ts';
import { chooseModels, modelsDir, modelsDirOption, readChosen, showPath, type ModelFolder } from './folders.ts';
import { inputsIn } from './reference/inputs-in.ts';
import type { ReferenceData } from './reference/reference-data.ts';
import { onlyModel, serveModels } from './serve-models.ts';

/** What the service keeps of its state, as far as it is read here. */
interface Kept {
  readonly state: { readonly reference: unknown };
}

/**
 * Asks the version everything, lets it make what it saw its reference, and reads that from what it keeps.
 *
 * @param options of the command, beside task and version
 */
async function makeReference({ task, kind, version, path }: ModelFolder, { source, items }: ReferenceData, options: string): Promise<string> {
  const all = items();
  const state = await mkdtemp(join(tmpdir(), 'reference-'));
  const service = await serveModels(kind, task, {
    ...onlyModel(version, path),
    // What the task declares, such as its threshold, holds for its reference too.
    MODELS_DIR: directoryOf(path),
    STATE_DIR: state,
    SAMPLES_DIR: 'none',
    DRIFT_WINDOW: String(all.length),
    OBSERVE_MAX_PER_SECOND: '100000',
  });
  try {
    const failure = service.failures.get(version);
    if (failure !== undefined) throw new CommandError(`${showPath(path)} cannot be served: ${failure}`);
    const answers = await inParallel(all, lanes, async ({ name, body, isRight }) => {
      const answer = await ask<{ confidence?: number }>(`${service.url}/${version}/predict`, await body()).catch((error: unknown) => {
        throw name === undefined ? error : new CommandError(`${showPath(name)}: ${error instanceof Error ? error.message : String(error)}`);
      });
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
      command: `npm run models -- reference --task ${task} --version ${version}${options}`,
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

/** Of a kind whose models are all of its users' making. */
const noData: ReferenceData = { source: '', missing: () => 'say --from FOLDER with images that the model is made for', items: () => [] };

/** The folder of models in which a version lies. */
function directoryOf(path: string): string {
  return dirname(dirname(path));
}

/** What a model is to be asked: the inputs of a folder, or what those that ship are made for. */
async function dataFor({ task, kind, path }: ModelFolder, from: string | undefined): Promise<ReferenceData> {
  if (from === undefined) return (await toolsOf(kind)).reference ?? noData;
  const declared = await readTaskFile(directoryOf(path), task);
  return inputsIn(from, kind, declared?.labels ?? (await readManifest(path)).labels);
}

async function writeReference(model: ModelFolder, from: string | undefined, { env, print }: CommandContext): Promise<boolean> {
  const { task, version, path } = model;
  const data = await dataFor(model, from);
  const missing = data.missing();
  if (missing !== undefined) {
    print(`skipped  ${task} ${version}: ${missing}`);
    return !isDataRequired(env);
  }
  const text = await makeReference(model, data, from === undefined ? '' : ` --from ${from}`);
  const file = join(path, 'reference.json');
  await writeFile(file, text);
  print(`ok  ${showPath(file)}: ${parseReference(text, file).samples} predictions, ${(text.length / 1024).toFixed(1)} KiB`);
  return true;
}

export const reference: Command = {
  usage: `models reference [--task TASK] [--version VERSION] [--from FOLDER] [--models-dir DIR]
  Writes the reference.json of each model: the distribution of its inputs and predictions on its training domain, as the service
  computes it. Drift detection compares with it. It contains numbers only; no data is copied. --from is a folder of images, or for
  the kind gesture of JSON files with landmarks. Inputs of a classifier in folders named after its classes also record the
  calibration of its confidences.`,

  async run(args, context) {
    const { values } = readArguments(args, { ...modelsDirOption, task: { type: 'string' }, version: { type: 'string' }, from: { type: 'string' } } as const);
    if (values.from !== undefined && values.task === undefined) throw new CommandError('--from: say for which task, --task TASK.', 2);
    let isWell = true;
    for (const model of await chooseModels(modelsDir(values['models-dir'], context.env), readChosen(values)))
      isWell = (await writeReference(model, values.from, context)) && isWell;
    return isWell ? 0 : 1;
  },
};
