import type { Kind } from '../../../packages/contracts/src/index.ts';
import { CommandError } from '../command.ts';
import { understandClassifier } from './classifier.ts';
import { understandDetector } from './detector.ts';
import { labelsOf, readLabels, type Labels } from './labels.ts';
import type { OnnxFacts } from './onnx-file.ts';
import type { ImportOptions } from './options.ts';
import { understandPictures } from './picture-classifier.ts';
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
  kind: Kind,
  options: ImportOptions,
  note: (line: string) => void,
): Promise<Understood> {
  const { fileName } = options;
  if (isSplit) throw new CommandError(`${fileName}: expected one file, found a model whose weights lie in another; export it with its weights inside.`);
  const exportedFor = metadata.get('task');
  if (kind === 'detection' && exportedFor !== undefined && exportedFor !== 'detect')
    throw new CommandError(`${fileName}: expected a detector, found a model for '${exportedFor}' by its own metadata.`);
  const labels: Labels | undefined =
    options.labels === undefined ? labelsOf(metadata) : await readLabels(options.labels, kind === 'classification' ? 'allow' : 'refuse');
  const model = await openModel(bytes, fileName);
  try {
    if (kind === 'detection') return await understandDetector(model, labels, metadata, options);
    return kind === 'classification' ? await understandPictures(model, labels, options, note) : await understandClassifier(model, labels, kind, options);
  } finally {
    model.close();
  }
}
