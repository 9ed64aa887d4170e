import { createHash } from 'node:crypto';
import { access, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { kindNames, type Kind } from '../../packages/contracts/src/index.ts';
import { manifestSchema, type Manifest } from '../../packages/inference/src/index.ts';
import type { KindTools } from '../kinds/kind-tools.ts';
import { toolsOf } from '../kinds/tools-of.ts';
import { CommandError, type Command, type CommandContext } from './command.ts';
import { findModels, kindOf, modelsDir, showPath } from './folders.ts';
import { importedCard } from './import/card.ts';
import { compressModel } from './import/compress-model.ts';
import { describeHead } from './import/describe-preparation.ts';
import { exportWeights, isWeights } from './import/export-weights.ts';
import { readGolden } from './import/golden.ts';
import { readOnnx, type OnnxFacts } from './import/onnx-file.ts';
import { readImportOptions, type ImportOptions } from './import/options.ts';
import { requireFit } from './import/require-fit.ts';
import { installModel } from './import/stage.ts';
import { understand } from './import/understand.ts';
import type { Understood } from './import/understood.ts';
import { classifyLicence, licenceInMetadata } from './licence.ts';

/** A protobuf ends at 2 GiB, and a service keeps a copy a worker. */
export const modelMaxBytes = 1024 ** 3;

/** The model's bytes, exported first where it is not ONNX yet. */
async function readModelFile(kind: Kind, { importing }: KindTools, options: ImportOptions, context: CommandContext): Promise<Uint8Array> {
  const { file, fileName } = options;
  const entry = await stat(file).catch(() => undefined);
  if (!entry?.isFile()) throw new CommandError(`There is no file ${file}.`);
  if (entry.size > modelMaxBytes) throw new CommandError(`${fileName}: expected at most 1 GiB, found ${(entry.size / modelMaxBytes).toFixed(1)} GiB.`);
  const ending = extname(file).toLowerCase();
  if (isWeights(fileName)) return exportWeights(kind, importing.exporters ?? 'torch', options, options.python ?? context.env['PYTHON'] ?? 'python3', context);
  if (ending !== '.onnx') throw new CommandError(`${fileName}: expected a file ending in .onnx or .pt, found '${ending || 'no ending'}'.`);
  return readFile(file);
}

/** How a file came here, when `models add` fetched it. */
export interface Arrival {
  readonly origin: NonNullable<Manifest['origin']>;
  /**
   * Told what the file says of itself, before anything is written.
   *
   * @returns the licence to record
   * @throws {CommandError} when the licence is refused
   */
  requireLicence(metadata: ReadonlyMap<string, string>): string | undefined;
}

interface Described {
  readonly model: Uint8Array;
  readonly facts: OnnxFacts;
  readonly understood: Understood;
  readonly version: string;
  readonly licence: string | undefined;
  readonly origin: Manifest['origin'];
}

function describeModel(options: ImportOptions, { model, facts, understood, version, licence, origin }: Described): Manifest {
  const { metadata } = facts;
  const said = metadata.get('description');
  const written = {
    task: options.task,
    version,
    name: options.name ?? basename(options.fileName, extname(options.fileName)),
    description: `An imported ${options.task} model of ${understood.labels.length} classes${said ? `: ${said}` : ''}.`,
    architecture: said ?? `Not stated; exported by ${facts.producer || 'an unknown program'}`,
    file: 'model.onnx',
    sha256: createHash('sha256').update(model).digest('hex'),
    bytes: model.length,
    opset: facts.opset,
    precision: facts.precision,
    ...understood,
    parameters: facts.parameters,
    layers: facts.layers,
    accuracy: null,
    metrics: [],
    licence: licence ?? 'Not stated',
    source: origin ? `Downloaded from ${origin.address}` : `Imported from ${options.fileName}`,
    ...(origin && { origin }),
    attribution: metadata.get('author') ?? 'Not stated',
    created: new Date().toISOString().slice(0, 10),
  };
  const result = manifestSchema.safeParse(written);
  if (!result.success)
    throw new CommandError(
      `${options.fileName} cannot be described: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`,
    );
  return result.data;
}

/** @throws {CommandError} when the task is new and its kind was not said, or is another than was said */
async function kindFor(directory: string, { task, kind }: ImportOptions): Promise<Kind> {
  const known = await kindOf(directory, task);
  if (known !== undefined && kind !== undefined && known !== kind)
    throw new CommandError(`--kind: the task '${task}' is of the kind ${known}, found ${kind}.`, 2);
  const found = known ?? kind;
  if (found === undefined) throw new CommandError(`The task '${task}' is new: say what its models do, --kind ${kindNames.join('|')}.`, 2);
  return found;
}

/** The version after the last that a task has. */
async function nextVersion(directory: string, task: string): Promise<string> {
  const numbers = (await findModels(directory)).filter((model) => model.task === task).map(({ version }) => Number(version.slice(1)) || 0);
  return `v${Math.max(0, ...numbers) + 1}`;
}

/**
 * Where an import goes.
 *
 * @throws {CommandError} when the kind is not known, an option is for another kind, or the place is taken
 */
export async function planImport(options: ImportOptions, env: CommandContext['env']): Promise<{ kind: Kind; version: string; place: string }> {
  const directory = modelsDir(options.modelsDir, env);
  const kind = await kindFor(directory, options);
  await requireFit(kind, options);
  const version = options.version ?? (await nextVersion(directory, options.task));
  const place = join(directory, options.task, version);
  const isTaken = await access(place).then(
    () => true,
    () => false,
  );
  if (isTaken && !options.replace) throw new CommandError(`${showPath(place)} already holds a model; --replace puts this one in its place.`);
  return { kind, version, place };
}

/**
 * Imports a file: finds out how it is laid out, tries it in the real service, and writes its folder.
 *
 * @param arrival for a file that was downloaded
 * @throws {CommandError} when the file is no such model, or its place is taken; nothing is left behind
 */
export async function importFile(options: ImportOptions, context: CommandContext, arrival?: Arrival): Promise<void> {
  const { task, fileName, title } = options;
  const { kind, version, place } = await planImport(options, context.env);
  const tools = await toolsOf(kind);
  const model = await compressModel(await readModelFile(kind, tools, options, context), options, context);
  const facts = readOnnx(model, fileName);
  const embedded = licenceInMetadata(facts.metadata);
  const licence = arrival ? arrival.requireLicence(facts.metadata) : (options.licence ?? facts.metadata.get('license'));
  const golden = await readGolden(tools, options.golden);
  const understood = await understand(model, facts, tools, options, context.note);
  const manifest = describeModel(options, { model, facts, understood, version, licence, origin: arrival?.origin });
  const agpl = [licence, embedded].some((text) => classifyLicence(text ?? '') === 'network-copyleft');
  if (agpl && !arrival)
    context.note(
      `Warning: by their own metadata these weights are under AGPL-3.0, as Ultralytics' are: if you serve them to others, you owe them the source, unless you bought another licence.`,
    );

  const { labels, head, outputs } = manifest;
  context.note(
    `${fileName}: ${head ? `${describeHead(head)}, ` : ''}${labels.length} classes, opset ${manifest.opset}, output ${outputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')}; trying it in a ${kind} service …`,
  );
  const answer = await installModel(place, {
    task,
    kind,
    declaration: { task, kind, ...(title !== undefined && { title }) },
    version,
    manifest,
    card: importedCard(manifest, agpl),
    model,
    golden,
  });
  const remark = tools.golden.remark?.(answer);
  if (remark !== undefined) context.note(remark);
  context.print(
    `${showPath(place)} holds ${manifest.name}, sha256 ${manifest.sha256.slice(0, 12)}; its accuracy is not measured. A running service takes it up when it is restarted.`,
  );
}

export const importModel: Command = {
  usage: `models import FILE --task TASK [--kind KIND] [--version VERSION] [--title TITLE] [--labels FILE] [--name NAME] [--licence LICENCE] [--golden FILE]
              [--size N|WxH] [--range 0-1|0-255|-1-1] [--colour rgb|bgr|grey] [--anchor centre|top-left] [--box-format cxcywh|xyxy]
              [--resize crop[:N]|stretch|letterbox] [--mean M] [--std S] [--interpolation bilinear|bicubic] [--layout nchw|nhwc]
              [--multi-label] [--scores logits|probability]
              [--trust [--no-sandbox]] [--optimize] [--quantize] [--python PYTHON] [--replace] [--models-dir DIR]
  Imports your own model: FILE is .onnx, or .pt, which is exported by Python. Loading a .pt runs the code in it: this requires
  --trust, and uses a sandbox (no network, writes to a temporary folder only) unless --no-sandbox is set.
  A new TASK, such as helmets, needs --kind (${kindNames.join(', ')}); npm start then serves it with the others.
  Without --version the model becomes the next version of the task. The import detects the output layout, runs the golden input
  twice in the real service, and writes the model folder with manifest, card and golden files.
  For classification, --resize, --range, --mean, --std, --interpolation and --colour describe the preprocessing used in training;
  the default is that of ImageNet. --multi-label is for multi-label models.
  --labels lists the class names (.txt, one per line, or .json) if the model does not; --golden is an image, or landmarks in
  JSON, that contains what the model detects; --optimize applies ONNX Runtime's graph optimisations, --quantize stores the weights
  as int8, both with a Python that has onnxruntime and onnx; --replace replaces a version.`,

  async run(args, context) {
    await importFile(readImportOptions(args), context);
    return 0;
  },
};
