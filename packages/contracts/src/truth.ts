import { z } from 'zod';

const bound = 'expected a finite number';
const corner = z.number(bound).min(0).max(1_000_000);

/** What a picture or a hand really shows, where a task tells classes apart. */
export const classTruth = z.strictObject({ label: z.string().min(1).max(64).describe('One of the labels in `/model_info`.') });

export type ClassTruth = z.infer<typeof classTruth>;

/** Class names of public data sets list synonyms, and are longer than those of other kinds. */
const pictureLabel = z.string().min(1).max(200);

/** What a picture really shows, where a task classifies pictures: one class, or with a multi-label model any number of them. */
export const labelsTruth = z.union([
  z.strictObject({ label: pictureLabel.describe('One of the labels in `/model_info`.') }),
  z.strictObject({ labels: z.array(pictureLabel).max(1000).describe('All labels in `/model_info` that apply; an empty list where none does.') }),
]);

export type LabelsTruth = z.infer<typeof labelsTruth>;

/** What a picture really shows, where a task finds objects. */
export const boxesTruth = z.union([
  z.strictObject({
    boxes: z
      .array(
        z.strictObject({
          class_name: z.string().min(1).max(64).describe('One of the labels in `/model_info`.'),
          bbox: z.tuple([corner, corner, corner, corner]).describe('x1, y1, x2, y2 in pixels of the upright image.'),
        }),
      )
      .max(300)
      .describe('All objects in the image; empty if there are none.'),
  }),
  z.strictObject({ wrong: z.literal(true).describe('The boxes are wrong; corrected boxes are not available yet.') }),
]);

export type BoxesTruth = z.infer<typeof boxesTruth>;

export type Truth = ClassTruth | LabelsTruth | BoxesTruth;
