import { basename } from 'node:path';
import { CommandError, oneOf, readArguments, wholeNumber } from '../command.ts';
import { kindNames, type Kind } from '../../../packages/contracts/src/index.ts';
import { modelsDirOption, taskOf, versionOf } from '../folders.ts';

const schema = {
  ...modelsDirOption,
  task: { type: 'string' },
  kind: { type: 'string' },
  title: { type: 'string' },
  version: { type: 'string' },
  labels: { type: 'string' },
  name: { type: 'string' },
  size: { type: 'string' },
  licence: { type: 'string' },
  'input-range': { type: 'string', default: '0-1' },
  colour: { type: 'string' },
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
  readonly size: number | undefined;
  readonly licence: string | undefined;
  /** White, as the model wants it. */
  readonly white: 1 | 255;
  readonly colour: 'rgb' | 'bgr' | undefined;
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

/** @throws {CommandError} exit code 2, when an option is for another kind of model */
export function requireFit(kind: Kind, options: Pick<ImportOptions, 'size' | 'colour' | 'anchor' | 'boxFormat' | 'white'>): void {
  if (kind === 'detection') return;
  const { size, colour, anchor, boxFormat, white } = options;
  const given = Object.entries({ size, colour, anchor, 'box-format': boxFormat, 'input-range': white === 1 ? undefined : white });
  const [detectorOnly] = given.find(([, value]) => value !== undefined) ?? [];
  if (detectorOnly !== undefined) throw new CommandError(`--${detectorOnly} is for detectors; a ${kind} model is given what its kind always gets.`, 2);
}

/** @throws {CommandError} exit code 2, with what was expected and what was found */
export function readImportOptions(args: readonly string[]): ImportOptions {
  const { values, positionals } = readArguments(args, schema);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new CommandError(`Name one file to import; found ${positionals.length}.`, 2);
  if (values.task === undefined) throw new CommandError(`Say what task it is for: --task NAME, with --kind ${kindNames.join('|')} for a task that is new.`, 2);
  const choose = <T extends string>(value: string | undefined, allowed: readonly T[], option: string) =>
    value === undefined ? undefined : oneOf(value, allowed, option);
  const task = taskOf(values.task);
  const kind = choose(values.kind, kindNames, '--kind');
  const range = oneOf(values['input-range'], ['0-1', '0-255'], '--input-range');
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
    size: values.size === undefined ? undefined : wholeNumber(values.size, '--size', 32),
    licence: values.licence,
    white: range === '0-1' ? 1 : 255,
    colour: choose(values.colour, ['rgb', 'bgr'], '--colour'),
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
