import type { Candidate } from '../../kinds/kind-tools.ts';
import { CommandError } from '../command.ts';
import { judgeNumbers } from './judge-numbers.ts';
import { requireLabels } from './labels.ts';
import { showShape, type Opened } from './probe.ts';
import { recogniseHead } from './recognise-head.ts';
import type { Understood } from './understood.ts';

const defaultSize = 640;
const pad = 114;
/** ImageNet's, in the order blue, green, red: what NanoDet was trained with. */
const nanodetColours = { colour: 'bgr', mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] } as const;

/** Side of the square that the model takes. */
function sizeOf({ input }: Opened, metadata: ReadonlyMap<string, string>, wanted: number | undefined, name: string): number {
  const [, channels, height, width] = input.shape;
  const isSquare = input.shape.length === 4 && (channels === 3 || channels === -1) && height === width;
  if (!isSquare)
    throw new CommandError(
      `${name}: expected an input of [batch, 3, size, size], found ${showShape(input)}; export it with channels first, for square images.`,
    );
  if (height === -1) {
    // Ultralytics notes the size as text, `[640, 640]`.
    const noted = /^\[(\d+), \1\]$/.exec(metadata.get('imgsz') ?? '')?.[1];
    return wanted ?? (noted === undefined ? defaultSize : Number(noted));
  }
  if (wanted !== undefined && wanted !== height) throw new CommandError(`${name}: --size says ${wanted}, but its input is ${showShape(input)}.`);
  return height!;
}

/** How a detector is fed and read. */
export async function understandDetector({ model, labels, metadata, options }: Candidate): Promise<Understood> {
  const { fileName } = options;
  const exportedFor = metadata.get('task');
  if (exportedFor !== undefined && exportedFor !== 'detect')
    throw new CommandError(`${fileName}: expected a detector, found a model for '${exportedFor}' by its own metadata.`);
  /** As the model wants it. */
  const white = options.range?.[1] ?? 1;
  const size = sizeOf(model, metadata, options.size?.width, fileName);
  const probed = await model.probe([3, size, size], white);
  const recognised = recogniseHead(probed.outputs, size, labels?.names.length, fileName);
  const head = judgeNumbers(recognised, options.boxFormat, fileName);
  if (!labels && recognised.classes === undefined)
    throw new CommandError(`${fileName} does not name its classes: give their names with --labels FILE, one a line.`);
  const names = requireLabels(labels, recognised.classes ?? labels!.names.length, fileName);

  const colours = head.layout === 'nanodet' ? nanodetColours : ({ colour: 'rgb', mean: [0, 0, 0], std: [255 / white, 255 / white, 255 / white] } as const);
  return {
    inputs: [probed.input],
    outputs: recognised.outputs.map(({ spec }) => spec),
    labels: [...names],
    preprocessing: {
      kind: 'letterbox',
      size,
      colour: options.colour === 'grey' ? colours.colour : (options.colour ?? colours.colour),
      mean: [...colours.mean],
      std: [...colours.std],
      anchor: options.anchor ?? 'centre',
      pad,
      interpolation: 'bilinear',
    },
    head,
    host: 'workers',
    maxBatchRows: 1,
  };
}
