import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelledPicture } from './boxed-picture.ts';
import { cell } from './csv-cell.ts';
import { takeEach, type Writer } from './writer.ts';

/** Pictures in `images/`, upright, and `boxes.csv` with a row for each box; a picture that shows no object has one row without a box. */
export const writeBoxTable: Writer = async (samples, { folder, note }) => {
  const lines = ['filename,width,height,class,xmin,ymin,xmax,ymax'];
  await mkdir(join(folder, 'images'), { recursive: true });
  const counts = await takeEach(samples, note, async (sample) => {
    const { fileName, jpeg, width, height, boxes } = await labelledPicture(sample);
    const shown = boxes.length > 0 ? boxes.map(({ class_name, bbox: [x1, y1, x2, y2] }) => [class_name, x1, y1, x2, y2]) : [['', '', '', '', '']];
    const rows = shown.map((box) => [fileName, width, height, ...box].map(cell).join(','));
    await writeFile(join(folder, 'images', fileName), jpeg);
    lines.push(...rows);
  });
  await writeFile(join(folder, 'boxes.csv'), `${lines.join('\n')}\n`);
  return counts;
};
