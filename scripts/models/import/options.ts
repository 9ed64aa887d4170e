import { basename } from 'node:path';
import { CommandError, oneOf, readArguments } from '../command.ts';
import { kindNames, type Kind } from '../../../packages/contracts/src/index.ts';
import { modelsDirOption, taskOf, versionOf } from '../folders.ts';
import { readChannels, readResize, readSize, type Resize, type Size } from './picture-options.ts';

/** The options of `models import`, as `parseArgs` takes them. */
export const importSchema = {
  ...modelsDirOption,
  task: { type: 'string' },
  kind: { type: 'string' },
  title: { type: 'string' },
  version: { type: 'string' },
  labels: { type: 'string' },
  name: { type: 'string' },
  size: { type: 'string' },
  licence: { type: 'string' },
  range: { type: 'string' },
  'input-range': { type: 'string' },
  colour: { type: 'string' },
  resize: { type: 'string' },
  mean: { type: 'string' },
  std: { type: 'string' },
  interpolation: { type: 'string' },
  layout: { type: 'string' },
  scores: { type: 'string' },
  'multi-label': { type: 'boolean', default: false },
  anchor: { type: 'string' },
  'box-format': { type: 'string' },
  golden: { type: 'string' },
  python: { type: 'string' },
  trust: { type: 'boolean', default: false },
  'no-sandbox': { type: 'boolean', default: false },
  optimize: { type: 'boolean', default: false },
  quantize: { type: 'boolean', default: false },
  replace: { type: 'boolean', default: false },
} as const;

type ImportValues = ReturnType<typeof readImportArguments<typeof importSchema>>['values'];

/** What black and white become in a model's input. */
const ranges = { '0-1': [0, 1], '0-255': [0, 255], '-1-1': [-1, 1] } as const;

type Range = (typeof ranges)[keyof typeof ranges];

/** What `models import` was told. */
export interface ImportOptions {
  readonly file: string;
  /** The file's name, for sentences. */
  readonly fileName: string;
  readonly task: string;
  /** Where it was said, or follows from the task's name. */
  readonly kind: Kind | undefined;
  readonly title: string | undefined;
  /** The next that is free where none was said. */
  readonly version: string | undefined;
  readonly labels: string | undefined;
  readonly name: string | undefined;
  readonly size: Size | undefined;
  readonly licence: string | undefined;
  readonly range: Range | undefined;
  readonly colour: 'rgb' | 'bgr' | 'grey' | undefined;
  readonly resize: Resize | undefined;
  /** Of each channel, or one for all. */
  readonly mean: readonly number[] | undefined;
  readonly std: readonly number[] | undefined;
  readonly interpolation: 'bilinear' | 'bicubic' | undefined;
  readonly layout: 'nchw' | 'nhwc' | undefined;
  readonly scores: 'logits' | 'probability' | undefined;
  readonly multiLabel: boolean;
  readonly anchor: 'top-left' | 'centre' | undefined;
  readonly boxFormat: 'cxcywh' | 'xyxy' | undefined;
  readonly golden: string | undefined;
  readonly python: string | undefined;
  /** The code that a file of PyTorch holds may run. */
  readonly trust: boolean;
  /** It runs in a sandbox. */
  readonly sandbox: boolean;
  readonly optimize: boolean;
  readonly quantize: boolean;
  readonly replace: boolean;
  readonly modelsDir: string | undefined;
}

/** An option about the preparation of inputs, or a value of one that fewer kinds take. */
export type PreparationOption =
  | 'size'
  | 'range'
  | 'range -1-1'
  | 'colour'
  | 'colour grey'
  | 'resize'
  | 'mean'
  | 'std'
  | 'interpolation'
  | 'layout'
  | 'scores'
  | 'multi-label'
  | 'anchor'
  | 'box-format';

/** How inputs are prepared, as far as the options say. */
export type Preparation = Pick<
  ImportOptions,
  'size' | 'range' | 'colour' | 'resize' | 'mean' | 'std' | 'interpolation' | 'layout' | 'scores' | 'multiLabel' | 'anchor' | 'boxFormat'
>;

/** `--range -1-1` as `--range=-1-1`: what begins like an option and goes on with a digit is a value. */
function joinNegative(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const takes = (option: string | undefined): boolean => option !== undefined && /^--(?:range|input-range|mean)$/.test(option);
    const isNegative = (value: string | undefined): boolean => value !== undefined && /^-[\d.]/.test(value);
    if (takes(arg) && isNegative(args[index + 1])) return [`${arg}=${args[index + 1]}`];
    return takes(args[index - 1]) && isNegative(arg) ? [] : [arg];
  });
}

/** The one positional argument and the options of a command that imports a model; `schema` holds those of `importSchema`. */
export function readImportArguments<T extends typeof importSchema>(args: readonly string[], schema: T, positional: string) {
  const { values, positionals } = readArguments(joinNegative(args), schema);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new CommandError(`Name one ${positional}; found ${positionals.length}.`, 2);
  return { values, file };
}

/** @throws {CommandError} exit code 2, with what was expected and what was found */
export function toImportOptions(values: ImportValues, file: string): ImportOptions {
  if (values.task === undefined) throw new CommandError(`Say what task it is for: --task NAME, with --kind ${kindNames.join('|')} for a task that is new.`, 2);
  const choose = <T extends string>(value: string | undefined, allowed: readonly T[], option: string) =>
    value === undefined ? undefined : oneOf(value, allowed, option);
  const read = <T, R extends readonly unknown[]>(value: string | undefined, reader: (text: string, ...rest: R) => T, ...rest: R): T | undefined =>
    value === undefined ? undefined : reader(value, ...rest);
  const task = taskOf(values.task);
  const kind = choose(values.kind, kindNames, '--kind');
  if (values.range !== undefined && values['input-range'] !== undefined)
    throw new CommandError('--input-range is another name for --range; say one of them.', 2);
  const range = choose(values.range ?? values['input-range'], Object.keys(ranges) as (keyof typeof ranges)[], '--range');
  if (values['no-sandbox'] && !values.trust)
    throw new CommandError('--no-sandbox lets code of the file do all that you can do; say --trust as well if you mean it.', 2);
  return {
    file,
    fileName: basename(file),
    task,
    kind,
    title: values.title,
    version: values.version === undefined ? undefined : versionOf(values.version),
    labels: values.labels,
    name: values.name,
    size: read(values.size, readSize),
    licence: values.licence,
    range: range && ranges[range],
    colour: choose(values.colour, ['rgb', 'bgr', 'grey'], '--colour'),
    resize: read(values.resize, readResize),
    mean: read(values.mean, readChannels, '--mean' as const),
    std: read(values.std, readChannels, '--std' as const),
    interpolation: choose(values.interpolation, ['bilinear', 'bicubic'], '--interpolation'),
    layout: choose(values.layout, ['nchw', 'nhwc'], '--layout'),
    scores: choose(values.scores, ['logits', 'probability'], '--scores'),
    multiLabel: values['multi-label'],
    anchor: choose(values.anchor, ['top-left', 'centre'], '--anchor'),
    boxFormat: choose(values['box-format'], ['cxcywh', 'xyxy'], '--box-format'),
    golden: values.golden,
    python: values.python,
    trust: values.trust,
    sandbox: !values['no-sandbox'],
    optimize: values.optimize,
    quantize: values.quantize,
    replace: values.replace,
    modelsDir: values['models-dir'],
  };
}

/** @throws {CommandError} exit code 2, with what was expected and what was found */
export function readImportOptions(args: readonly string[]): ImportOptions {
  const { values, file } = readImportArguments(args, importSchema, 'file to import');
  return toImportOptions(values, file);
}
