import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketSource } from './add/bucket.ts';
import { hubSource } from './add/hugging-face.ts';
import { registrySource } from './add/oci.ts';
import { requireLicence } from './add/require-licence.ts';
import { requireSize, saveDownload } from './add/save.ts';
import { plainText, type Connection, type Source, type StatedLicence } from './add/source.ts';
import { webSource } from './add/web.ts';
import { CommandError, wholeNumber, type Command } from './command.ts';
import { importFile, modelMaxBytes, planImport } from './import.ts';
import { isWeights, requireTrust } from './import/export-weights.ts';
import { importSchema, readImportArguments, toImportOptions } from './import/options.ts';
import { licenceInMetadata } from './licence.ts';

/** A day. */
const mostSeconds = 86_400;

const schema = {
  ...importSchema,
  sha256: { type: 'string' },
  'accept-licence': { type: 'boolean', default: false },
  'max-bytes': { type: 'string', default: String(modelMaxBytes) },
  timeout: { type: 'string', default: '1800' },
} as const;

/** Kinds of sources by their schemes. http is for this machine alone, as the source itself checks. */
const sources: Readonly<Record<string, (address: string, connection: Connection) => Promise<Source>>> = {
  hf: hubSource,
  https: webSource,
  http: webSource,
  s3: bucketSource,
  oci: registrySource,
};

function chooseSource(address: string): (connection: Connection) => Promise<Source> {
  const scheme = /^([a-z0-9]+):\/\//i.exec(address)?.[1]?.toLowerCase() ?? '';
  const source = Object.hasOwn(sources, scheme) ? sources[scheme] : undefined;
  if (!source) throw new CommandError("SOURCE: expected hf://, https://, s3:// or oci://; for a file on this machine there is 'models import'.", 2);
  return (connection) => source(address, connection);
}

/** @throws {CommandError} exit code 2, unless it is 64 hexadecimal digits */
function readSha256(text: string | undefined): string | undefined {
  const hex = text?.toLowerCase().replace(/^sha256:/, '');
  if (hex !== undefined && !/^[0-9a-f]{64}$/.test(hex)) throw new CommandError('--sha256: expected 64 hexadecimal digits.', 2);
  return hex;
}

/** A folder that goes when the work is done, and also when the process is told to end. */
async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'facet-add-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const end = (signal: NodeJS.Signals): void => {
    remove();
    for (const name of signals) process.off(name, end);
    process.kill(process.pid, signal);
  };
  for (const name of signals) process.on(name, end);
  try {
    return await work(folder);
  } finally {
    for (const name of signals) process.off(name, end);
    remove();
  }
}

export const add: Command = {
  usage: `models add SOURCE --task TASK [--kind KIND] [--version VERSION] [--sha256 HEX] [--licence LICENCE] [--accept-licence]
              [--max-bytes N] [--timeout SECONDS] [options of 'models import']
  Downloads a model and imports it. SOURCE is one of
    hf://owner/repo/path/model.onnx[@revision]    Hugging Face Hub; the revision is resolved to a commit. HF_TOKEN, HF_ENDPOINT
    https://host/path/model.onnx                  any web server
    s3://bucket/path/model.onnx                   S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION
    oci://registry/repository[:tag|@sha256:HEX]   OCI registry, an artefact with one .onnx file. OCI_USERNAME, OCI_PASSWORD, or
                                                  the file that docker login writes
  --sha256 is the hash that the file must have; without it the hash is shown and recorded in the manifest.
  The licence is read from the model card (hf), the annotation org.opencontainers.image.licenses (oci), a LICENSE file next to
  the model (https, s3) and the metadata of the ONNX file, or stated with --licence. AGPL, non-commercial and unknown licences are
  refused without --accept-licence. --max-bytes (default 1 GiB) and --timeout (default 1800) limit the download.`,

  async run(args, context) {
    const { values, file: address } = readImportArguments(args, schema, 'source to download');
    const expected = readSha256(values.sha256);
    const maxBytes = Math.min(wholeNumber(values['max-bytes'], '--max-bytes'), modelMaxBytes);
    const timeoutMs = 1000 * Math.min(wholeNumber(values.timeout, '--timeout'), mostSeconds);
    const resolve = chooseSource(address);
    const accepts = values['accept-licence'];
    // What is wrong with the command itself is said before anything is downloaded.
    await planImport(toImportOptions(values, 'model.onnx'), context.env);

    const signal = AbortSignal.timeout(timeoutMs);
    const source = await resolve({ env: context.env, signal, hasLicence: values.licence !== undefined });
    const { fileName, revision } = source;
    const stated: StatedLicence[] = [
      ...(values.licence === undefined ? [] : [{ text: plainText(values.licence), where: '--licence' }]),
      ...(source.licence ? [source.licence] : []),
    ];
    // A licence that is refused needs no download; where none is stated, the file itself may state one.
    if (stated.length > 0) requireLicence(source.address, stated, accepts);
    if (isWeights(fileName)) requireTrust({ fileName, trust: values.trust });
    requireSize(fileName, source.bytes, maxBytes);
    requireHash(source.address, source.sha256, expected);

    await withFolder(async (folder) => {
      const file = join(folder, fileName);
      context.note(`Downloading ${source.address} …`);
      const download = await source.open();
      const announced = source.bytes ?? download.bytes;
      const found = await saveDownload({ ...download, bytes: announced }, file, { name: fileName, maxBytes, signal, note: context.note });
      requireHash(source.address, found.sha256, expected ?? source.sha256);
      const pinned =
        expected === undefined ? (source.sha256 === undefined ? 'recorded; nothing to compare it with' : 'as its publisher states') : 'as expected';
      context.note(`${fileName}: ${found.bytes.toLocaleString('en')} bytes, sha256 ${found.sha256} (${pinned}).`);

      await importFile(toImportOptions(values, file), context, {
        origin: { address: source.address, ...(revision !== undefined && { revision }), ...found },
        requireLicence(metadata) {
          const embedded = licenceInMetadata(metadata);
          const all = embedded === undefined ? stated : [...stated, { text: plainText(embedded), where: "the file's metadata" }];
          const { licence, line } = requireLicence(source.address, all, accepts);
          context.note(line);
          return licence;
        },
      });
    });
    return 0;
  },
};

function requireHash(address: string, found: string | undefined, expected: string | undefined): void {
  if (found !== undefined && expected !== undefined && found !== expected)
    throw new CommandError(`${address}: expected sha256 ${expected}, found ${found}. Nothing was imported.`);
}
