import type { KindTools } from '../../kinds/kind-tools.ts';
import { CommandError } from '../command.ts';
import { labelsOf, readLabels } from './labels.ts';
import type { OnnxFacts } from './onnx-file.ts';
import type { ImportOptions } from './options.ts';
import { openModel } from './probe.ts';
import type { Understood } from './understood.ts';

/**
 * Finds out how a model is to be fed and read.
 *
 * @param note told of what was taken for granted
 * @throws {CommandError} that says what was expected and what was found
 */
export async function understand(
  bytes: Uint8Array,
  { metadata, isSplit }: OnnxFacts,
  { importing }: KindTools,
  options: ImportOptions,
  note: (line: string) => void,
): Promise<Understood> {
  const { fileName } = options;
  if (isSplit) throw new CommandError(`${fileName}: expected one file, found a model whose weights lie in another; export it with its weights inside.`);
  const labels = options.labels === undefined ? labelsOf(metadata) : await readLabels(options.labels, importing.sharesNames ? 'allow' : 'refuse');
  const model = await openModel(bytes, fileName);
  try {
    return await importing.understand({ model, labels, metadata, options, note });
  } finally {
    model.close();
  }
}
