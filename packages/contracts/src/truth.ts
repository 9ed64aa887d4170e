import { z } from 'zod';

const bound = 'expected a finite number';
const corner = z.number(bound).min(0).max(1_000_000);

/** What a picture or a hand really shows, where a task tells classes apart. */
export const classTruth = z.strictObject({ label: z.string().min(1).max(64).describe('One of the labels in `/model_info`.') });

export type ClassTruth = z.infer<typeof classTruth>;

/** What a picture really shows, where a task finds objects. */
export const boxesTruth = z.union([
  z.strictObject({
    boxes: z
      .array(
        z.strictObject({
          class_name: z.string().min(1).max(64).describe('One of the labels in `/model_info`.'),
          bbox: z.tuple([corner, corner, corner, corner]).describe('x1, y1, x2, y2 in pixels of the picture as a person sees it.'),
        }),
      )
      .max(300)
      .describe('All objects of the picture; none says that it shows none.'),
  }),
  z.strictObject({ wrong: z.literal(true).describe('The boxes are wrong, and nobody has drawn the right ones yet.') }),
]);

export type BoxesTruth = z.infer<typeof boxesTruth>;

export type Truth = ClassTruth | BoxesTruth;
