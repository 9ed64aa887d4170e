import { versionPattern } from '@facet/config';
import { taskName } from '@facet/contracts';
import { z } from 'zod';

const tensor = z.object({
  name: z.string().min(1),
  datatype: z.enum(['FP32', 'FP16', 'FP64', 'INT8', 'INT32', 'INT64', 'UINT8', 'BOOL']),
  /** -1 where the size varies; the first dimension counts rows. */
  shape: z.array(z.number().int().min(-1)).min(1),
});

const metric = z.object({
  metric: z.string(),
  value: z.number(),
  dataset: z.string(),
  samples: z.number().int().positive(),
  /** The command that measured it, to be run again. */
  command: z.string(),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);

const side = z.number().int().min(8).max(2048);

/** How a classifier of pictures takes them; everything else about the picture follows. */
const picture = z
  .strictObject({
    kind: z.literal('picture'),
    width: side,
    height: side,
    resize: z.discriminatedUnion('method', [
      /** Scales the shorter side to `shorterSide` pixels and keeps the centre. */
      z.strictObject({ method: z.literal('crop'), shorterSide: z.number().int().min(8).max(4096) }),
      z.strictObject({ method: z.literal('stretch') }),
      /** The aspect ratio is kept, and the rest padded on both sides with this shade, 0 to 255. */
      z.strictObject({ method: z.literal('letterbox'), pad: z.number().min(0).max(255) }),
    ]),
    interpolation: z.enum(['bilinear', 'bicubic']),
    colour: z.enum(['rgb', 'bgr', 'grey']),
    layout: z.enum(['nchw', 'nhwc']),
    /** What black and white become, before `(value - mean) / std`. */
    range: z.union([z.tuple([z.literal(0), z.literal(1)]), z.tuple([z.literal(0), z.literal(255)]), z.tuple([z.literal(-1), z.literal(1)])]),
    /** A value a channel, in the order of `colour` and the scale of `range`. */
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  })
  .refine(({ colour, mean, std }) => [mean, std].every(({ length }) => length === (colour === 'grey' ? 1 : 3)), {
    error: 'expected a mean and a std for each channel',
  })
  .refine(({ resize, width, height }) => resize.method !== 'crop' || resize.shorterSide >= Math.max(width, height), {
    error: 'expected a shorterSide that is no less than width and height',
  });

const preprocessing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('landmarks'),
    points: z.literal(21),
    dimensions: z.literal(2),
    origin: z.literal('wrist'),
    scale: z.literal('largest-distance'),
  }),
  z.object({ kind: z.literal('ink'), size: z.number().int().min(8).max(512), box: z.number().int().min(4), range: z.tuple([z.literal(0), z.literal(1)]) }),
  z.object({
    kind: z.literal('letterbox'),
    size: z.number().int().min(32).max(2048),
    colour: z.enum(['rgb', 'bgr']),
    mean: triple,
    std: triple,
    anchor: z.enum(['top-left', 'centre']),
    pad: z.number().min(0).max(255),
    interpolation: z.literal('bilinear'),
  }),
  picture,
]);

const boxFormat = z.enum(['cxcywh', 'xyxy']);

/** How a detector's raw outputs are to be read; `services/detection` has a reader for each layout. Boxes are in pixels of the input, scores are probabilities. */
const detectorHead = z.discriminatedUnion('layout', [
  z.object({ layout: z.literal('boxes-scores'), boxFormat, scores: z.literal('probability') }),
  z.object({ layout: z.literal('yolov5'), boxFormat }),
  z.object({ layout: z.literal('yolov8'), boxFormat }),
  z.object({ layout: z.literal('yolov10') }),
  z.object({
    layout: z.literal('nanodet'),
    strides: z.array(z.number().int().positive()).min(1),
    bins: z.number().int().min(2).max(64),
    offset: z.number().min(0).max(1),
  }),
]);

/** How the first output of a classifier of pictures is to be read: a value a label. */
const classesHead = z.strictObject({
  layout: z.literal('classes'),
  /** Probabilities stay as they are; logits become probabilities by softmax, or where a picture may have several labels by a sigmoid each. */
  scores: z.enum(['logits', 'probability']),
  multiLabel: z.boolean(),
});

const head = z.discriminatedUnion('layout', [...detectorHead.options, classesHead]);

/** How a classifier tells inputs that show none of its classes: its score, and the value below which it says so; from training rows alone. */
const rejection = z.object({
  /** max-probability (Hendrycks, Gimpel 2017), or energy (Liu et al. 2020): the log of the summed exponentials of the logits. */
  score: z.enum(['max-probability', 'energy']),
  threshold: z.number(),
  /** Share of genuine inputs that the threshold lets through, cross-validated. */
  accepted: z.number().min(0).max(1),
  /** Chance that a genuine input scores higher than one of a class that training never saw; mean over classes left out. */
  auroc: z.number().min(0).max(1),
  /** The same of other scores, and of each class left out. */
  scores: z.record(z.string(), z.number()),
  classes: z.record(z.string(), z.number()),
  command: z.string(),
});

/** Other forms of the same network (fp32, fp16, int8), measured beside the one that is shipped, which comes first. */
const variants = z.object({
  /** What `value` is, on all test data. */
  metric: z.string(),
  forms: z.array(
    z.object({
      form: z.string(),
      bytes: z.number().int().positive(),
      value: z.number(),
      /** Times as fast as the shipped form, one row and one thread. */
      speed: z.number().positive(),
    }),
  ),
  /** The sort of processor that the speeds hold for. */
  processor: z.string().optional(),
  /** Why the shipped form is the one that it is. */
  reason: z.string(),
  command: z.string(),
});

/** The file that a model was made from, where it was downloaded. */
const origin = z.strictObject({
  /** `hf://…@<commit>`, `oci://…@sha256:…`, `s3://…` or `https://…`, without a query. */
  address: z.string(),
  /** The commit or digest that the address was resolved to. */
  revision: z.string().optional(),
  /** Of the downloaded file; the model's own differs where it was exported or compressed. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
});

/** What `manifest.json` beside a model says of it. `training/` writes it; nobody types its numbers. */
export const manifestSchema = z.object({
  task: taskName,
  version: z.string().regex(versionPattern),
  name: z.string(),
  description: z.string(),
  architecture: z.string(),
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  opset: z.number().int().positive(),
  precision: z.string(),
  inputs: z.array(tensor).length(1),
  outputs: z.array(tensor).min(1),
  head: head.optional(),
  labels: z.array(z.string()).min(1),
  preprocessing,
  host: z.enum(['inline', 'workers']),
  maxBatchRows: z.number().int().min(1).max(1024),
  /** Extra ONNX Runtime session settings, by their dotted names. */
  sessionConfig: z.record(z.string(), z.string()).optional(),
  parameters: z.number().int().nonnegative(),
  layers: z.number().int().nonnegative(),
  /** null: nobody measured it, as with an imported model. */
  accuracy: metric.nullable(),
  metrics: z.array(metric),
  training: z.record(z.string(), z.unknown()).optional(),
  rejection: rejection.optional(),
  variants: variants.optional(),
  licence: z.string(),
  source: z.string(),
  origin: origin.optional(),
  attribution: z.string(),
  created: z.string(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type DetectorHead = z.infer<typeof detectorHead>;
export type PicturePreprocessing = z.infer<typeof picture>;
export type Rejection = z.infer<typeof rejection>;
export type Metric = z.infer<typeof metric>;
export type TensorSpec = z.infer<typeof tensor>;
