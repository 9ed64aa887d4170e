import { z } from 'zod';
import { stamp } from './common.ts';
import { digitPngBase64 } from './examples.ts';
import { imageBodies, imageItem, imageProblems } from './image-body.ts';
import { pictureStream } from './picture-stream.ts';
import { boxesTruth } from './truth.ts';
import type { TaskContract } from './task-contract.ts';

const range = 'expected a number from 0 to 1';
const share = (what: string) => z.number(range).min(0, range).max(1, range).describe(what);

const count = 'expected a whole number from 1 to 300';

/** What a request may tune; read from form fields, the query or JSON alike. */
export const detectionOptions = z.object({
  conf_threshold: share('Least confidence of a detection.').default(0.25),
  iou_threshold: share('Boxes of one class that overlap by more are one object.').default(0.45),
  max_detections: z.number(count).int(count).min(1, count).max(300, count).default(100).describe('Maximum number of detections.'),
  multi_label: z
    .boolean('expected true or false')
    .default(false)
    .describe('Allow several classes per box, as in mAP evaluation. Off by default: one class per object.'),
});

export type DetectionOptions = z.infer<typeof detectionOptions>;

const answer = z.object({
  detections: z
    .array(
      z.object({
        class_id: z.number().int(),
        class_name: z.string(),
        confidence: z.number().min(0).max(1),
        bbox: z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .describe('x1, y1, x2, y2 in pixels of the image as a person sees it (EXIF orientation applied).'),
      }),
    )
    .describe('Best first.'),
  image_shape: z.tuple([z.int(), z.int(), z.int()]).describe('Height, width, channels.'),
  confidence_threshold: z.number(),
  ...stamp,
});

export type DetectionAnswer = z.infer<typeof answer>;

const streamOperation = pictureStream({ tag: 'detection', gives: 'detections', options: detectionOptions, answer });

/** What the service says over its `/stream`, one JSON text a message. */
export type DetectionStreamMessage = z.infer<(typeof streamOperation.answers)[101]['content']['application/json']['schema']>;

export const detectionContract = {
  task: 'detection',
  kind: 'detection',
  port: 8083,
  latencyObjectiveSeconds: 1,
  isHeavy: true,
  title: 'Detection',
  description: 'Which objects an image shows, and where.',
  body: imageBodies(detectionOptions, digitPngBase64),
  item: imageItem(detectionOptions),
  itemExample: { image: digitPngBase64, conf_threshold: 0.3 },
  oipExample: { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [digitPngBase64] }], outputs: [{ name: 'boxes' }] },
  query: detectionOptions.extend({ annotate: z.boolean('expected true or false').default(false).describe('Return the image with its boxes drawn, as JPEG.') }),
  answer,
  truth: boxesTruth,
  truthExample: { wrong: true },
  ensemble: 'weighted boxes fusion, by which an object that one of two alone sees keeps half of its confidence',
  picture: 'The image with boxes drawn, when `annotate=true`.',
  problems: imageProblems,
  stream: streamOperation,
} as const satisfies TaskContract;
