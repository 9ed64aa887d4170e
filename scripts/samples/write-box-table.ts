import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelledPicture } from './boxed-picture.ts';
import { takeEach, type Writer } from './writer.ts';

const columns = ['filename', 'width', 'height', 'class', 'xmin', 'ymin', 'xmax', 'ymax'];

/** A cell by RFC 4180. */
function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pictures in `images/`, upright, and `boxes.csv` with a row for each box; a picture that shows no object has one row without a box. */
export const writeBoxTable: Writer = async (samples, { folder, note }) => {
  const rows: (readonly (string | number)[])[] = [columns];
  await mkdir(join(folder, 'images'), { recursive: true });
  const counts = await takeEach(samples, note, async (sample) => {
    const { fileName, jpeg, width, height, boxes } = await labelledPicture(sample);
    // A spreadsheet takes such a cell for a formula.
    if (boxes.some(({ class_name }) => /^[=+\-@\t\r]/.test(class_name))) throw new TypeError('expected the name of a class');
    await writeFile(join(folder, 'images', fileName), jpeg);
    rows.push(...boxes.map(({ class_name, bbox }) => [fileName, width, height, class_name, ...bbox]));
    if (boxes.length === 0) rows.push([fileName, width, height, '', '', '', '', '']);
  });
  await writeFile(join(folder, 'boxes.csv'), rows.map((row) => `${row.map(cell).join(',')}\n`).join(''));
  return counts;
};
