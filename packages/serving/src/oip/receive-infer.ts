import { readBody, type RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';

/** A body in the two parts that the binary extension divides it into. */
export interface InferBody {
  /** Empty when the whole body is one raw input. */
  readonly json: Buffer;
  readonly binary: Buffer;
  readonly isRaw: boolean;
}

export const jsonLengthHeader = 'inference-header-content-length';

/** Documents from this size on are counted with what their parsed form takes. */
const costlyJsonBytes = 64 * 1024;

/** Bytes that a byte of JSON takes while it is parsed: its text, and 8 for a value of two characters, in an array that grows by copying. */
const bytesParsed = 6;

/**
 * Reads the body of an inference request. Any Content-Type will do, as with other servers of the protocol: `curl -d` sends a form's.
 *
 * @param maxBytes of the body, compressed and not
 * @throws {Problem} `unsupported-content-type`, `body-too-large`, `overloaded`, `malformed-request`, `invalid-inference`
 */
export async function receiveInfer(context: RequestContext, maxBytes: number): Promise<InferBody> {
  const jsonBytes = jsonLength(context.request.headers[jsonLengthHeader]);
  const body = await readBody(context, maxBytes, jsonBytes ?? 0);
  const parsedBytes = Math.min(jsonBytes ?? body.length, body.length);
  if (parsedBytes > costlyJsonBytes) context.budget.hold(context, bytesParsed * parsedBytes);
  if (jsonBytes === undefined) return { json: body, binary: body.subarray(body.length), isRaw: false };
  if (jsonBytes > body.length) throw new Problem('invalid-inference', `Inference-Header-Content-Length is ${jsonBytes}, but the body has ${body.length} bytes`);
  return { json: body.subarray(0, jsonBytes), binary: body.subarray(jsonBytes), isRaw: jsonBytes === 0 };
}

function jsonLength(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header))
    throw new Problem('invalid-inference', 'Inference-Header-Content-Length must be a number of bytes');
  return Number(header);
}
