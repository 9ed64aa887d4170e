import type { ProblemCode } from '@facet/problem';
import { z } from 'zod';
import type { Body } from './operation.ts';

/** Media types in which an image may be the whole body. */
const imageTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/bmp',
  'image/avif',
  'image/*',
  'application/octet-stream',
] as const;

const file = z.file().describe('The image: JPEG, PNG, WebP, GIF (first frame), TIFF, BMP or AVIF; the content counts, not the name.');

/** One image in JSON, with the options of the task beside it. */
export function imageItem(options: z.ZodObject): z.ZodObject {
  return z.object({ image: z.string().describe('The image as base64; a data URL is fine.'), ...options.shape });
}

/** An image as a form field, as the whole body, or as base64 in JSON. */
export function imageBodies(options: z.ZodObject, exampleBase64: string): Readonly<Record<string, Body>> {
  return {
    'multipart/form-data': { schema: z.object({ file, ...options.shape }) },
    'application/json': { schema: imageItem(options), examples: { digit: { image: exampleBase64 } } },
    ...Object.fromEntries(imageTypes.map((type) => [type, { schema: file }])),
  };
}

export const imageProblems = [
  'missing-file',
  'too-many-files',
  'empty-file',
  'malformed-multipart',
  'unsupported-image',
  'image-too-large',
  'invalid-image',
  'invalid-field',
] as const satisfies readonly ProblemCode[];
