import { fromTexts, optionsOf } from '@facet/contracts';
import type { Received } from '@facet/http';
import { Problem } from '@facet/problem';
import type { z } from 'zod';

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
 * The image and the options of a request, however they were sent: as a form, as the whole body, or as base64 in JSON.
 *
 * @param query options of the query, validated; a form field or a JSON member of the same name wins
 * @throws {Problem} `missing-file`, `empty-file`, `invalid-field`
 */
export function imageOf<T>(received: Received, query: Readonly<Record<string, unknown>>, schema: z.ZodType<T>): { bytes: Buffer; options: T } {
  if (received.kind === 'file') return { bytes: notEmpty(received.bytes), options: optionsOf(schema, query) };
  if (received.kind === 'json') {
    const { value } = received;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Problem('invalid-field', 'Send a JSON object with the image as base64: {"image": "…"}.', {
        errors: [{ pointer: '', detail: 'expected an object' }],
      });
    if (!('image' in value))
      throw new Problem('missing-file', "Send the image as base64 in the member 'image'.", { errors: [{ pointer: '/image', detail: 'is missing' }] });
    const { image, ...options } = value;
    return { bytes: fromBase64(image), options: optionsOf(schema, { ...query, ...options }) };
  }
  const file = received.files.find(({ field }) => field === 'file');
  if (!file) {
    const found = received.files[0] ? `the file came as '${received.files[0].field.slice(0, 40)}'` : 'the form has no file';
    throw new Problem('missing-file', `Send the image as the form field 'file': ${found}.`, { errors: [{ pointer: '/file', detail: 'is missing' }] });
  }
  return { bytes: notEmpty(file.bytes), options: optionsOf(schema, { ...query, ...fromTexts(received.fields) }) };
}
