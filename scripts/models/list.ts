import { readModel, type Manifest } from '../../packages/inference/src/index.ts';
import { readArguments, type Command } from './command.ts';
import { findModels, modelsDir, modelsDirOption, showPath, type ModelFolder } from './folders.ts';
import { showBytes } from './show-bytes.ts';
import { formatTable } from './table.ts';

/** A manifest's headline number: `mAP 0.3994`, or that there is none. */
function headline({ accuracy }: Pick<Manifest, 'accuracy'>): string {
  return accuracy ? `${accuracy.metric} ${accuracy.value.toFixed(4)}` : 'not measured';
}

async function row({ task, version, path }: ModelFolder): Promise<{ cells: string[]; fault?: string }> {
  try {
    const { manifest } = await readModel(path);
    return { cells: [task, version, manifest.name, headline(manifest), showBytes(manifest.bytes), manifest.sha256.slice(0, 12), manifest.licence] };
  } catch (error) {
    return { cells: [task, version, '(damaged, see below)'], fault: `${task} ${version}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export const list: Command = {
  usage: `models list [--models-dir DIR]
  Shows every model: task, version, name, measured accuracy, size, sha256 and licence.`,

  async run(args, { env, print, note }) {
    const { values } = readArguments(args, modelsDirOption);
    const directory = modelsDir(values['models-dir'], env);
    const rows = await Promise.all((await findModels(directory)).map(row));
    if (rows.length === 0) {
      note(`${showPath(directory)} holds no models; expected folders such as digit/v1.`);
      return 1;
    }
    print(
      formatTable(
        ['task', 'version', 'name', 'accuracy', 'size', 'sha256', 'licence'],
        rows.map(({ cells }) => cells),
        ['size'],
      ),
    );
    const faults = rows.flatMap(({ fault }) => fault ?? []);
    for (const fault of faults) note(fault);
    return faults.length === 0 ? 0 : 1;
  },
};
