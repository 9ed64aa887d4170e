import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Problem } from '@facet/problem';

interface UploadedFile {
  readonly field: string;
  readonly bytes: Buffer;
}

export interface Form {
  /** In the order in which they came; a name may come more than once. */
  readonly fields: readonly (readonly [name: string, text: string])[];
  readonly files: readonly UploadedFile[];
}

/** What comes under this name is a file, also without a file name. */
export const fileField = 'file';

/** Beside the files, of which a call takes so many as it says. */
const limits = { fields: 32, fieldNameSize: 100, fieldSize: 1024 ** 2, headerPairs: 64 };

/** Most parts of a form with that many files: one file and one field too many are left for the parser to report. */
export const maxParts = (maxFiles: number): number => limits.fields + maxFiles + 2;

/** Whether a body has more parts than the limit, none of which the parser may see: each costs it a microsecond, even when nothing comes of it. */
export function hasMoreParts(body: Buffer, boundary: string, limit: number): boolean {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  let parts = 0;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    parts += 1;
    if (parts > limit) return true;
  }
  return false;
}

/**
 * Takes a multipart body apart.
 *
 * @param boundary what divides the parts, without quotation marks and backslashes
 * @param maxFiles files that may come; one more is a problem
 * @throws {Problem} `malformed-multipart`, `too-many-files`
 */
export function parseMultipart(body: Buffer, boundary: string, maxFiles: number): Promise<Form> {
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = [];
    const files: UploadedFile[] = [];
    if (hasMoreParts(body, boundary, maxParts(maxFiles))) {
      reject(new Problem('malformed-multipart', `The form has more than ${maxParts(maxFiles)} parts.`));
      return;
    }
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
    const isPartAFile = (name: string | undefined, type: string | undefined, filename: string | undefined): boolean =>
      filename !== undefined || name === fileField || type === 'application/octet-stream' || type?.startsWith('image/') === true;
    const parser: BusboyInstance = new Busboy({ headers, limits: { ...limits, files: maxFiles }, isPartAFile });
    const malformed = (cause?: unknown) => reject(new Problem('malformed-multipart', undefined, { cause }));
    parser.on('field', (name: string | undefined, value) => {
      if (name !== undefined) fields.push([name, value]);
    });
    // The parser's types promise a name, and a part may have none.
    parser.on('file', (field: string | undefined, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', malformed);
      stream.on('end', () => files.push({ field: field ?? '', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }));
    });
    parser.on('filesLimit', () => reject(new Problem('too-many-files', `This call accepts ${maxFiles === 1 ? 'one file' : `at most ${maxFiles} files`}.`)));
    parser.on('fieldsLimit', () => reject(new Problem('malformed-multipart', `The form has more than ${limits.fields} fields.`)));
    parser.on('error', malformed);
    parser.on('finish', () => resolve({ fields, files }));
    parser.end(body);
  });
}
