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

/** Where a delimiter stands in a form, with the line break before it. */
interface Delimiter {
  /** Below 0 where the body begins with it, which needs no line break. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the delimiters of a form.
 *
 * @param most beyond one that the body begins with; a parser spends a microsecond on each, even when nothing comes of it
 * @returns undefined where there are more
 */
export function findDelimiters(body: Buffer, boundary: string, most: number): Delimiter[] | undefined {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const startsWithOne = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  const found: Delimiter[] = startsWithOne ? [{ start: -2, end: delimiter.length - 2 }] : [];
  let left = most;
  for (let start = body.indexOf(delimiter), end = 0; start >= 0; start = body.indexOf(delimiter, end)) {
    if (left === 0) return undefined;
    left -= 1;
    end = start + delimiter.length;
    found.push({ start, end });
  }
  return found;
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
    if (!findDelimiters(body, boundary, maxParts(maxFiles))) {
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
