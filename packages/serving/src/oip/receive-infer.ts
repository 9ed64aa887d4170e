import { readBody, type RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

/** A body in the two parts that the binary extension divides it into. */
export interface InferBody {
  /** Empty when the whole body is one raw input. */
  readonly json: Buffer;
  readonly binary: Buffer;
  readonly isRaw: boolean;
}

export const jsonLengthHeader = 'inference-header-content-length';

/** `deflate` is zlib's format (RFC 9110, section 8.4.1.2), whatever its name says. */
const decoders = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate) } as const;

/**
 * Reads the body of an inference request. Any Content-Type will do, as with other servers of the protocol: `curl -d` sends a form's.
 *
 * @param maxBytes of the body, compressed and not
 * @throws {Problem} `unsupported-content-type`, `body-too-large`, `malformed-request`, `invalid-inference`
 */
export async function receiveInfer({ request }: RequestContext, maxBytes: number): Promise<InferBody> {
  const jsonBytes = jsonLength(request.headers[jsonLengthHeader]);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && !Object.hasOwn(decoders, encoding))
    throw new Problem('unsupported-content-type', `the content encoding '${encoding.slice(0, 40)}' is not read here; use gzip, deflate or none`);
  const received = await readBody(request, maxBytes, encoding === 'identity' ? (jsonBytes ?? 0) : 0);
  const body = encoding === 'identity' ? received : await decompress(received, encoding as keyof typeof decoders, maxBytes);
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

/** Unpacks off the event loop, and no further than the limit: a small body may hold a huge one. */
async function decompress(bytes: Buffer, encoding: keyof typeof decoders, maxBytes: number): Promise<Buffer> {
  try {
    return await decoders[encoding](bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Problem('body-too-large', `The body is larger than ${maxBytes} bytes when unpacked, the limit here.`);
    throw new Problem('malformed-request', `the body is not ${encoding}`, { cause });
  }
}
