import type { Candidate } from '../../kinds/kind-tools.ts';
import type { Manifest, PicturePreprocessing } from '../../../packages/inference/src/index.ts';
import { CommandError } from '../command.ts';
import { describePreparation } from './describe-preparation.ts';
import { numberSame, requireLabels, type Labels } from './labels.ts';
import type { ImportOptions } from './options.ts';
import { showShape, type Opened, type Probed, type ProbedOutput } from './probe.ts';
import type { Understood } from './understood.ts';

/** Of ImageNet: what networks for pictures have in common unless somebody says otherwise. */
const imageNet = { side: 224, cropShare: 0.875, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const letterboxShade = 114;
const batchRows = 8;
/** A run that is shorter costs less on the event loop than the way to a worker and back. */
const inlineMs = 1;
/** How far probabilities of 16-bit weights may lie from adding up to 1, or beyond 0 and 1. */
const slack = 0.005;

/** One way to read a model's input. */
interface InputForm {
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
}

/** The ways in which an input can be read, the likelier first. */
function formsOf({ input }: Opened, { size, colour, layout, fileName }: ImportOptions): InputForm[] {
  const { shape } = input;
  const [, first, second, third] = shape as [number, number, number, number];
  const forms = (['nchw', 'nhwc'] as const).flatMap((candidate): InputForm[] => {
    const [depth, high, wide] = candidate === 'nchw' ? [first, second, third] : [third, first, second];
    if (shape.length !== 4 || ![-1, 1, 3].includes(depth) || (layout ?? candidate) !== candidate) return [];
    const channels = depth === -1 ? (colour === 'grey' ? 1 : 3) : (depth as 1 | 3);
    const width = wide === -1 ? (size?.width ?? (high === -1 ? imageNet.side : high)) : wide;
    const height = high === -1 ? (size?.height ?? (wide === -1 ? imageNet.side : wide)) : high;
    return [{ layout: candidate, channels, width, height }];
  });
  if (forms.length === 0)
    throw new CommandError(
      `${fileName}: expected an input of [batch, channels, height, width] or [batch, height, width, channels] with 1 or 3 channels${layout ? ` (--layout ${layout})` : ''}, found ${showShape(input)}.`,
    );
  const fitting = forms.filter(({ width, height }) => size === undefined || (size.width === width && size.height === height));
  if (fitting.length === 0) throw new CommandError(`${fileName}: --size says ${size!.width}x${size!.height}, but its input is ${showShape(input)}.`);
  // A side of 1 or 3 pixels is none: with both ends as small as channels, the smaller pictures are the wrong reading.
  return fitting.toSorted((a, b) => Math.min(b.width, b.height) - Math.min(a.width, a.height));
}

/** Runs the model in each way that its input can be read, until one works: shapes that a file leaves open say nothing of it. */
async function probeForms(model: Opened, options: ImportOptions): Promise<{ form: InputForm; probed: Probed }> {
  const faults: unknown[] = [];
  for (const form of formsOf(model, options)) {
    const { layout, channels, width, height } = form;
    try {
      return { form, probed: await model.probe(layout === 'nchw' ? [channels, height, width] : [height, width, channels], options.range?.[1] ?? 1) };
    } catch (error) {
      faults.push(error);
    }
  }
  throw faults[0];
}

function perChannel(values: readonly number[], channels: number, option: string, fileName: string): number[] {
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  if (values.length === channels) return [...values];
  throw new CommandError(`${fileName}: expected --${option} with 1 number for a model of 1 channel, found ${values.length}.`);
}

/** How pictures become the model's input, by what was said and ImageNet's ways; and what was not said. */
function preparationFor({ layout, channels, width, height }: InputForm, options: ImportOptions): { preprocessing: PicturePreprocessing; assumed: string[] } {
  const { colour, resize, range, mean, std, interpolation, fileName } = options;
  const isGrey = channels === 1;
  if (colour !== undefined && (colour === 'grey') !== isGrey)
    throw new CommandError(`${fileName}: --colour says ${colour}, but its input has ${channels === 1 ? '1 channel' : '3 channels'}.`);
  const order = isGrey ? 'grey' : (colour ?? 'rgb');
  // With a range, a mean or a std that was said, only what was said counts.
  const isUsual = range === undefined && mean === undefined && std === undefined && !isGrey;
  const inOrder = (values: readonly number[]): readonly number[] => (order === 'bgr' ? values.toReversed() : values);
  const longer = Math.max(width, height);
  const assumed = [
    ...(resize ? [] : ['--resize']),
    ...(isUsual ? ['--range', '--mean', '--std'] : []),
    ...(colour === undefined && !isGrey ? ['--colour'] : []),
  ];
  const crop = { method: 'crop', shorterSide: Math.round(longer / imageNet.cropShare) } as const;
  const shorterSide = resize?.method === 'crop' ? (resize.shorterSide ?? crop.shorterSide) : crop.shorterSide;
  if (shorterSide < longer)
    throw new CommandError(`${fileName}: expected --resize crop:N with N from ${longer} on, the longer side of its input, found ${shorterSide}.`);
  const preprocessing: PicturePreprocessing = {
    kind: 'picture',
    width,
    height,
    resize:
      resize?.method === 'stretch'
        ? { method: 'stretch' }
        : resize?.method === 'letterbox'
          ? { method: 'letterbox', pad: letterboxShade }
          : { method: 'crop', shorterSide },
    interpolation: interpolation ?? 'bilinear',
    colour: order,
    layout,
    range: [...(range ?? ([0, 1] as const))],
    mean: perChannel(isUsual ? inOrder(imageNet.mean) : (mean ?? [0]), channels, 'mean', fileName),
    std: perChannel(isUsual ? inOrder(imageNet.std) : (std ?? [1]), channels, 'std', fileName),
  };
  return { preprocessing, assumed };
}

/** The output that holds a score a class: of several the one that fits the labels, or the first. */
function scoresIn({ outputs }: Probed, labels: Labels | undefined, fileName: string): ProbedOutput {
  const isRow = ({ spec: { shape, datatype } }: ProbedOutput): boolean =>
    datatype === 'FP32' && shape.length >= 2 && shape[1]! >= 1 && shape.slice(2).every((size) => size === 1);
  const rows = outputs.filter(isRow);
  const found = rows.find(({ data }) => data.length === labels?.names.length) ?? rows[0];
  if (found) return found;
  throw new CommandError(
    `${fileName}: expected an output [batch, classes] of FP32, found ${outputs.map(({ spec }) => `${showShape(spec)} ${spec.datatype}`).join(', ')}.`,
  );
}

function isShare(value: number): boolean {
  return value >= -slack && value <= 1 + slack;
}

/** Tells by runs on noise whether scores are probabilities, which stay between 0 and 1 whatever comes in. */
function judgeScores({ data, loud }: ProbedOutput, { scores, multiLabel, fileName }: ImportOptions): 'logits' | 'probability' {
  if (!data.every(Number.isFinite)) throw new CommandError(`${fileName}: expected numbers, found NaN or infinity in its output for random input.`);
  if (scores) return scores;
  const runs = [data, ...loud.filter((values) => values.every(Number.isFinite))];
  const areShares = runs.every((values) => values.every(isShare));
  const addUp = areShares && data.length > 1 && runs.every((values) => Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) <= slack);
  if (addUp && multiLabel)
    throw new CommandError(`${fileName}: its scores add up to 1, as those of a model that gives an image one label: leave out --multi-label, or say --scores.`);
  if (areShares && !addUp && !multiLabel)
    throw new CommandError(
      `${fileName}: its scores lie between 0 and 1 and do not add up to 1, as those of a model that gives an image several labels: say --multi-label, or --scores logits.`,
    );
  return areShares ? 'probability' : 'logits';
}

/** How a classifier of pictures is fed and read. */
export async function understandPictures({ model, labels, options, note }: Candidate): Promise<Understood> {
  const { fileName, multiLabel } = options;
  const { form, probed } = await probeForms(model, options);
  const { preprocessing, assumed } = preparationFor(form, options);
  const output = scoresIn(probed, labels, fileName);
  const classes = output.data.length;
  if (classes === 1 && !multiLabel)
    throw new CommandError(`${fileName}: expected a score for each of two classes or more, found one: say --multi-label, and give the name of that one label.`);
  const head: NonNullable<Manifest['head']> = { layout: 'classes', scores: judgeScores(output, options), multiLabel };
  const names = numberSame(requireLabels(labels, classes, fileName));
  note(
    `${fileName}: images are prepared thus: ${describePreparation(preprocessing)}.` +
      (assumed.length > 0
        ? ` Assumed, as for ImageNet: ${assumed.join(', ')}. A file does not say how images were prepared in training: give these options where that was done otherwise.`
        : ''),
  );
  return {
    inputs: [probed.input],
    outputs: [output.spec],
    labels: names,
    preprocessing,
    head,
    host: probed.runMs < inlineMs ? 'inline' : 'workers',
    maxBatchRows: probed.takesBatches ? batchRows : 1,
  };
}
