import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { differences } from '../../../packages/inference/src/index.ts';
import { moveInto } from '../../../packages/serving/src/index.ts';
import { CommandError } from '../command.ts';
import type { Kind, TaskFile } from '../../../packages/contracts/src/index.ts';
import { onlyModel, serveModels } from '../serve-models.ts';
import { toolsOf } from '../../kinds/tools-of.ts';
import { askGolden } from './golden.ts';

/** Two sessions on one machine add up in the same order. */
const parityTolerance = 1e-4;

interface Staged {
  readonly task: string;
  readonly kind: Kind;
  /** Written where the task has none. */
  readonly declaration: TaskFile;
  readonly version: string;
  readonly manifest: object;
  readonly card: string;
  readonly model: Uint8Array;
  /** The golden input, as the service wants it. */
  readonly golden: Buffer;
}

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Starts the task's service on the folder and asks it the golden question. */
async function askOnce(folder: string, { task, kind, version, golden }: Staged): Promise<object> {
  const service = await serveModels(kind, task, onlyModel(version, folder));
  try {
    const failure = service.failures.get(version);
    if (failure !== undefined) throw new CommandError(`The ${task} service refuses the model: ${failure}`);
    return await askGolden(await toolsOf(kind), service.url, version, golden);
  } finally {
    await service.stop();
  }
}

/**
 * Writes a model folder beside its place, proves it in the real service, twice, and only then moves it there.
 *
 * @param place `<models>/<task>/<version>`; what lies there is replaced
 * @returns the service's answer to the golden input
 * @throws {CommandError} when the service refuses the model, or two sessions disagree; the place is then as it was
 */
export async function installModel(place: string, staged: Staged): Promise<object> {
  // Hidden names: services and other commands do not take them for versions.
  const folder = join(dirname(place), `.${staged.version}.importing-${process.pid}`);
  const { golden } = await toolsOf(staged.kind);
  try {
    await mkdir(join(folder, 'golden'), { recursive: true });
    const output = join(folder, 'golden', 'output.json');
    await Promise.all([
      writeFile(join(folder, 'model.onnx'), staged.model),
      writeFile(join(folder, 'manifest.json'), toJson(staged.manifest)),
      writeFile(join(folder, 'card.md'), staged.card),
      writeFile(join(folder, 'golden', golden.file), staged.golden),
      writeFile(output, toJson(golden.anything)),
    ]);
    const answer = await askOnce(folder, staged);
    const expected = golden.toGolden(answer);
    await writeFile(output, toJson(expected));
    const again = golden.toGolden(await askOnce(folder, staged));
    const [difference] = differences(expected, again, {}, '', parityTolerance);
    if (difference !== undefined) throw new CommandError(`Two sessions of the model disagree on the golden input: ${difference}.`);
    await moveInto(place, folder);
    await writeFile(join(dirname(place), 'task.json'), toJson(staged.declaration), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return answer;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
