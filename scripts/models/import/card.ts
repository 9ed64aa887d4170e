import type { Manifest, TensorSpec } from '../../../packages/inference/src/index.ts';
import { describeHead, describePreparation } from './describe-preparation.ts';

function showTensor({ name, datatype, shape }: TensorSpec): string {
  return `\`${name}\` ${datatype} [${shape.join(', ')}]`;
}

/** `card.md` of an imported model: what is known of it, and that nobody has measured it here. */
export function importedCard(manifest: Manifest, agpl: boolean): string {
  const {
    task,
    version,
    name,
    description,
    architecture,
    parameters,
    bytes,
    opset,
    precision,
    sha256,
    inputs,
    outputs,
    head,
    preprocessing,
    labels,
    licence,
    source,
    attribution,
  } = manifest;
  const rows = [
    ['Task, version', `${task} ${version}`],
    ['Architecture', architecture],
    ['Parameters', parameters.toLocaleString('en')],
    ['File', `\`model.onnx\`, ${bytes.toLocaleString('en')} bytes, opset ${opset}, ${precision}`],
    ['sha256', `\`${sha256}\``],
    ['Input', inputs.map(showTensor).join(', ')],
    ['Output', outputs.map(showTensor).join(', ')],
    ...(head ? [['Head', head.layout === 'classes' ? describeHead(head) : `${head.layout}${'boxFormat' in head ? `, ${head.boxFormat}` : ''}`]] : []),
    ...(preprocessing.kind === 'picture' ? [['Images', describePreparation(preprocessing)]] : []),
    ['Classes', `${labels.length}: ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ' …' : ''}`],
    ['Licence', licence],
    ['Source', source],
    ['Attribution', attribution],
  ];
  const warning = agpl
    ? '\n## Licence\n\nThese weights are under AGPL-3.0: offering them over a network requires you to publish the source of the whole work, unless you have another licence. Do not ship them with this repository.\n'
    : '';
  return `# ${name}

${description}

|  |  |
| --- | --- |
${rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}

## Measured

Nothing yet: this model was imported, and its accuracy here is unknown. The inputs and outputs in the manifest were read from the file or detected. The golden files contain the model's own predictions: they verify that it still runs the same, not that it is accurate.

\`pnpm models evaluate --task ${task} --version ${version}\` measures it where its classes are those of the test data.
${warning}`;
}
