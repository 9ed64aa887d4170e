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
    ...(preprocessing.kind === 'picture' ? [['Pictures', describePreparation(preprocessing)]] : []),
    ['Classes', `${labels.length}: ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ' …' : ''}`],
    ['Licence', licence],
    ['Source', source],
    ['Attribution', attribution],
  ];
  const warning = agpl
    ? '\n## Licence\n\nThese weights are under AGPL-3.0: whoever lets others use them over a network owes them the source of the whole work, unless another licence was bought. Do not ship them with this repository.\n'
    : '';
  return `# ${name}

${description}

|  |  |
| --- | --- |
${rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}

## Measured

Nothing yet: this model was imported, and its accuracy here is unknown. What the manifest tells of input and output was read from the file or tried out; the golden files hold what the model itself said, so they show that it still runs as it did, not that it is right.

\`pnpm models evaluate --task ${task} --version ${version}\` measures it where its classes are those of the test data.
${warning}`;
}
