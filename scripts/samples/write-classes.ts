import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { classificationContract, sampleSchemas, type LabelsTruth } from '../../packages/contracts/src/index.ts';
import { takeEach, type Writer } from './writer.ts';

const limitInputPixels = 40_000_000;

/** A cell of a CSV. What a spreadsheet would take for a formula is refused: names of classes need no such thing. */
function cell(text: string): string {
  if (/^[=+@\t\r-]/.test(text)) throw new TypeError(`'${text.slice(0, 40)}' is no name of a class`);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pictures, upright, and a table beside them that names the class of each; of several labels each has a row. */
export const writeClasses: Writer = async (samples, folder, note) => {
  const truthSchema = sampleSchemas(classificationContract).sample.shape.truth;
  const lines = ['file,label'];
  await mkdir(join(folder, 'images'), { recursive: true });
  const counts = await takeEach(samples, note, async ({ id, record, picture }) => {
    const truth = truthSchema.parse(record.truth) as LabelsTruth;
    if (!picture) throw new TypeError('expected a picture');
    const name = `images/${id.replaceAll(':', '_')}.jpg`;
    const rows = ('label' in truth ? [truth.label] : truth.labels).map((label) => `${name},${cell(label)}`);
    const data = await sharp(picture, { limitInputPixels }).autoOrient().flatten({ background: '#fff' }).jpeg({ quality: 95 }).toBuffer();
    await writeFile(join(folder, name), data);
    // A picture with none of the labels has a row too: it is a lesson like others.
    lines.push(...(rows.length > 0 ? rows : [`${name},`]));
  });
  await writeFile(join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
  return counts;
};
