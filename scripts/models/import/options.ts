import { basename } from 'node:path';
import { CommandError, oneOf, readArguments, wholeNumber } from '../command.ts';
import { modelsDirOption, tasks, versions, type Task, type Version } from '../folders.ts';

const schema = {
  ...modelsDirOption,
  task: { type: 'string' },
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
  readonly task: Task;
  readonly version: Version;
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

/** @throws {CommandError} exit code 2, with what was expected and what was found */
export function readImportOptions(args: readonly string[]): ImportOptions {
  const { values, positionals } = readArguments(args, schema);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new CommandError(`Name one file to import; found ${positionals.length}.`, 2);
  if (values.task === undefined) throw new CommandError(`Say what the model does: --task ${tasks.join('|')}.`, 2);
  if (values.version === undefined) throw new CommandError(`Say which version it becomes: --version ${versions.join('|')}.`, 2);
  const choose = <T extends string>(value: string | undefined, allowed: readonly T[], option: string) =>
    value === undefined ? undefined : oneOf(value, allowed, option);
  const task = oneOf(values.task, tasks, '--task');
  const range = oneOf(values['input-range'], ['0-1', '0-255'], '--input-range');
  const detectorOnly = (['size', 'colour', 'anchor', 'box-format'] as const).find((option) => values[option] !== undefined);
  if (task !== 'detection' && (detectorOnly !== undefined || range !== '0-1'))
    throw new CommandError(`--${detectorOnly ?? 'input-range'} is for detectors; a ${task} model is given what its kind always gets.`, 2);
  if (values['no-sandbox'] && !values.trust)
    throw new CommandError('--no-sandbox lets code of the file do all that you can do; say --trust as well if you mean it.', 2);
  return {
    file,
    fileName: basename(file),
    task,
    version: oneOf(values.version, versions, '--version'),
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
