import { z } from 'zod';
import type { Boxes } from './boxed-picture.ts';

const number = z.number('expected a finite number');
const id = z.int('expected a whole number');

/** What is read of a file of COCO's object annotations; members that are not named here do not count. */
const instances = z.object({
  info: z.object({ date_created: z.unknown().optional() }).nullish(),
  images: z.array(z.object({ id, file_name: z.string().max(4096), width: number.optional(), height: number.optional() })),
  annotations: z.array(
    z.object({
      id: id.optional(),
      image_id: id,
      category_id: id,
      bbox: z.tuple([number, number, number, number], 'expected [x, y, width, height] in pixels'),
      iscrowd: z.union([z.int(), z.boolean()]).optional(),
      segmentation: z.unknown().optional(),
    }),
  ),
  categories: z.array(z.object({ id, name: z.string() })),
});

/** A picture and what people say that it shows. */
export interface AnnotatedPicture {
  /** As the file names it. */
  readonly fileName: string;
  /** Pixels, where the file says so. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly boxes: Boxes;
}

export interface Annotations {
  readonly pictures: readonly AnnotatedPicture[];
  /** When the file was written, where it says so. */
  readonly writtenAt: Date | undefined;
  /** Annotations with a polygon or a mask besides the box. */
  readonly outlines: number;
  /** One sentence for each thing that cannot be right. */
  readonly faults: readonly string[];
}

/** Reads the JSON text of COCO's object annotations (`instances.json`). Takes time and memory in proportion to the text. */
export function readCoco(text: string): Annotations {
  const nothing = { pictures: [], writtenAt: undefined, outlines: 0 };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ...nothing, faults: [`It is not JSON: ${(error as Error).message}.`] };
  }
  const result = instances.safeParse(json);
  if (!result.success) return { ...nothing, faults: result.error.issues.map(({ path, message }) => `${path.join('.') || 'The file'}: ${message}.`) };
  return arrange(result.data);
}

function arrange({ info, images, annotations, categories }: z.infer<typeof instances>): Annotations {
  const faults: string[] = [];
  const names = new Map(categories.map((category) => [category.id, category.name]));
  const pictures = new Map(images.map((image) => [image.id, { fileName: image.file_name, width: image.width, height: image.height, boxes: [] as Boxes }]));
  if (names.size < categories.length) faults.push('categories: an id stands there twice.');
  if (pictures.size < images.length) faults.push('images: an id stands there twice.');
  let outlines = 0;
  for (const [index, annotation] of annotations.entries()) {
    const what = `annotations.${index}${annotation.id === undefined ? '' : ` (id ${annotation.id})`}`;
    const [name, picture] = [names.get(annotation.category_id), pictures.get(annotation.image_id)];
    if (!picture) faults.push(`${what}: image_id ${annotation.image_id} is the id of no image.`);
    if (name === undefined) faults.push(`${what}: category_id ${annotation.category_id} is the id of no category.`);
    if (annotation.iscrowd) faults.push(`${what}: iscrowd: a crowd is not one object; draw a box for each, or delete it.`);
    if (!picture || name === undefined || annotation.iscrowd) continue;
    if (hasOutline(annotation.segmentation)) outlines += 1;
    const [x, y, width, height] = annotation.bbox;
    picture.boxes.push({ class_name: name, bbox: [x, y, x + width, y + height] });
  }
  const date = info?.date_created;
  const writtenAt = new Date(typeof date === 'string' ? date : '');
  return { pictures: [...pictures.values()], writtenAt: Number.isNaN(writtenAt.getTime()) ? undefined : writtenAt, outlines, faults };
}

function hasOutline(segmentation: unknown): boolean {
  return Array.isArray(segmentation) ? segmentation.length > 0 : segmentation !== undefined && segmentation !== null;
}
