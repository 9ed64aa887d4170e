import { decodeBody, encodingOf, findDelimiters, maxParts, parseMediaType, type BodySource } from '@facet/http';
import { Problem } from '@facet/problem';
import type { IncomingHttpHeaders } from 'node:http';
import { JsonCursor } from './json-cursor.ts';

/** What a service takes in one request at most: a body that cannot be counted counts as that. */
const mostItems = 64;

/** In the head of a part, without the blanks, quotation marks and backslashes that the service's parser leaves out of names. */
const marksFile = /filename|application\/octet-stream/i;

/** Of a part of a form; longer ones are unusual. */
const maxHeadBytes = 1024;

const infers = /\/infer(?:\?|$)/;
const batches = /\/batch\/predict(?:\?|$)/;

/** Whether the body of a call may hold more than one item to predict. */
export function mayBeBatch(path: string): boolean {
  return batches.test(path) || infers.test(path);
}

/**
 * The items that a request is for, counted as its service will; 1 where it is for one, or for nothing that a service would take.
 *
 * What a body unpacks to is held in the budget until it has been counted: a small body may hold a huge one here as well.
 *
 * @throws {Problem} `malformed-request` for a Content-Type that can be read in two ways, `overloaded` when there is no room to unpack the body
 * @param path at the gateway or below a task
 * @param maxBytes of the body when unpacked
 */
export async function countItems(path: string, source: BodySource, body: Buffer, maxBytes: number): Promise<number> {
  const { headers } = source.request;
  const heldBefore = source.heldBytes;
  try {
    const bytes = await unpack(source, body, maxBytes);
    if (bytes === undefined) return mostItems;
    if (infers.test(path)) return countRows(headers, bytes);
    const { type, boundary } = parseMediaType(headers['content-type'] ?? '');
    return type === 'multipart/form-data' ? countFiles(bytes, boundary) : countElements(bytes);
  } finally {
    source.budget.giveBack(source, source.heldBytes - heldBefore);
  }
}

/**
 * The body without its `Content-Encoding`; undefined where its service will refuse it.
 *
 * @throws {Problem} `overloaded`
 */
async function unpack(source: BodySource, body: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  try {
    const encoding = encodingOf(source.request.headers['content-encoding']);
    return encoding === undefined ? body : await decodeBody(source, encoding, body, maxBytes);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'overloaded') return undefined;
    throw error;
  }
}

/** Elements of the longest list in the object: a batch has one, however its name is spelled. */
function countElements(bytes: Buffer): number {
  const cursor = new JsonCursor(bytes);
  let most = 1;
  cursor.members(() => {
    most = Math.max(most, cursor.elements());
  });
  return most;
}

/** Parts that are files. */
function countFiles(body: Buffer, boundary: string | undefined): number {
  if (boundary === undefined) return 1;
  const delimiters = findDelimiters(body, boundary, maxParts(mostItems));
  // Its service refuses it. Each part costs the reading of its head here.
  if (!delimiters) return mostItems;
  let files = 0;
  for (const { end: from } of delimiters) {
    const head = body.toString('latin1', from, from + maxHeadBytes);
    if (head.startsWith('--')) continue;
    const end = head.indexOf('\r\n\r\n');
    // A head that is too long to read here may say anything.
    if (end < 0 || marksFile.test(head.slice(0, end).replaceAll(/[\s"\\]/g, ''))) files += 1;
  }
  return Math.max(1, files);
}

/** Rows of the Open Inference Protocol: the first size of a tensor, or all elements where each of them is a whole input. */
function countRows(headers: IncomingHttpHeaders, bytes: Buffer): number {
  const jsonBytes = headers['inference-header-content-length'];
  const cursor = new JsonCursor(jsonBytes === undefined ? bytes : bytes.subarray(0, Number(jsonBytes) || 0));
  let most = 1;
  cursor.members((name) => {
    if (name !== 'inputs') return;
    cursor.elements(() => {
      let shape: number[] = [];
      let isEncoded = false;
      cursor.members((member) => {
        if (member === 'shape') {
          shape = [];
          cursor.elements(() => shape.length < 16 && void shape.push(Number(cursor.scalar())));
        } else if (member === 'datatype') isEncoded = !/^"(?:BOOL|U?INT\d+|FP\d+)"$/.test(cursor.scalar());
      });
      const rows = isEncoded ? shape.reduce((product, size) => product * size, 1) : (shape[0] ?? 1);
      if (Number.isSafeInteger(rows)) most = Math.max(most, rows);
    });
  });
  return most;
}
