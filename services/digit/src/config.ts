import { field, whole, type Config } from '@facet/config';
import { inferenceFields } from '@facet/serving';

export const digitFields = {
  port: field({ env: 'PORT', schema: whole({ min: 0, max: 65535 }), fallback: '8082', doc: 'Port to listen on.' }),
  ...inferenceFields,
  imageMaxPixels: field({
    env: 'IMAGE_MAX_PIXELS',
    schema: whole({ min: 1024 }),
    fallback: '40000000',
    doc: 'Most pixels of an image, checked before it is decoded.',
  }),
};

export type DigitConfig = Config<typeof digitFields>;
