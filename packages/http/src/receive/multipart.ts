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

const limits = { fields: 32, fieldNameSize: 100, fieldSize: 1024 ** 2, headerPairs: 64 };

/**
 * Takes a multipart body apart.
 *
 * @param maxFiles files that may come; one more is a problem
 * @throws {Problem} `malformed-multipart`, `too-many-files`
 */
export function parseMultipart(body: Buffer, contentType: string, maxFiles: number): Promise<Form> {
  return new Promise((resolve, reject) => {
    const fields: [string, string][] = [];
    const files: UploadedFile[] = [];
    let parser: BusboyInstance;
    try {
      parser = new Busboy({ headers: { 'content-type': contentType }, limits: { ...limits, files: maxFiles } });
    } catch (cause) {
      reject(new Problem('malformed-multipart', 'The Content-Type names no boundary.', { cause }));
      return;
    }
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
    parser.on('filesLimit', () => reject(new Problem('too-many-files', `This call takes ${maxFiles === 1 ? 'one file' : `at most ${maxFiles} files`}.`)));
    parser.on('fieldsLimit', () => reject(new Problem('malformed-multipart', `The form has more than ${limits.fields} fields.`)));
    parser.on('error', malformed);
    parser.on('finish', () => resolve({ fields, files }));
    parser.end(body);
  });
}
