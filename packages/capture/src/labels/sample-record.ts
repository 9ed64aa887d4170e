import { z } from 'zod';

export const pictureExtensions = ['jpg', 'png', 'webp', 'gif', 'tiff', 'bin'] as const;

/** What lies beside the picture of a sample, or holds the hand of one. */
const sampleRecord = z.looseObject({
  request_id: z.string(),
  /** The authenticated caller, and whom the caller named. */
  caller: z.string().optional(),
  user: z.string().optional(),
  task: z.string(),
  version: z.string(),
  model: z.string().optional(),
  reason: z.enum(['uncertain', 'drifted', 'random', 'feedback']),
  uncertainty: z.number().optional(),
  at: z.iso.datetime(),
  /** The picture's name, of which the extension counts. */
  file: z
    .string()
    .regex(new RegExp(`\\.(?:${pictureExtensions.join('|')})$`))
    .optional(),
  /** What was sent as JSON, where there is no picture. */
  input: z.unknown().optional(),
  answer: z.record(z.string(), z.unknown()),
  truth: z.unknown().optional(),
  labelled: z.object({ verdict: z.enum(['accept', 'correct', 'discard', 'feedback']), at: z.iso.datetime(), by: z.string().optional() }).optional(),
});

export type SampleRecord = z.infer<typeof sampleRecord>;

/** A record that was read from a store; undefined for what is none, whoever put it there. */
export function readRecord(bytes: Buffer): SampleRecord | undefined {
  try {
    return sampleRecord.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export function extensionOf({ file }: SampleRecord): string | undefined {
  return file?.slice(file.lastIndexOf('.') + 1);
}
