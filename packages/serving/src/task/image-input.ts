import { optionsOf } from '@facet/contracts';
import { Problem } from '@facet/problem';
import type { z } from 'zod';
import type { Payload } from './call.ts';

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * An image that came as base64, or as a data URL.
 *
 * @throws {Problem} `invalid-field`, `empty-file`
 */
export function fromBase64(image: unknown): Buffer {
  const refuse = (detail: string): never => {
    throw new Problem('invalid-field', `image: ${detail}`, { errors: [{ pointer: '/image', detail }] });
  };
  if (typeof image !== 'string') return refuse('expected the image as base64 text');
  const text = image.startsWith('data:') ? image.slice(image.indexOf(',') + 1) : image;
  const compact = text.replace(/\s+/g, '');
  if (!base64.test(compact)) return refuse('expected base64, found other characters');
  return notEmpty(Buffer.from(compact, 'base64'));
}

function notEmpty(bytes: Buffer): Buffer {
  if (bytes.length === 0) throw new Problem('empty-file');
  return bytes;
}

/**
 * The image and the options of an input: a file, or base64 in a document.
 *
 * @param given options of the call; one that came with the image, or a member of the document, wins
 * @throws {Problem} `missing-file`, `empty-file`, `invalid-field`
 */
export function imageOf<T>(payload: Payload, given: Readonly<Record<string, unknown>>, schema: z.ZodType<T>): { bytes: Buffer; options: T } {
  if (payload.kind === 'file') {
    const { bytes, options } = payload;
    return { bytes: notEmpty(bytes), options: optionsOf(schema, options ?? {}, given) };
  }
  const { value } = payload;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem('invalid-field', 'Send a JSON object with the image as base64: {"image": "…"}.', {
      errors: [{ pointer: '', detail: 'expected an object' }],
    });
  if (!('image' in value))
    throw new Problem('missing-file', "Send the image as base64 in the member 'image'.", { errors: [{ pointer: '/image', detail: 'is missing' }] });
  const { image, ...options } = value;
  return { bytes: fromBase64(image), options: optionsOf(schema, options, given) };
}
