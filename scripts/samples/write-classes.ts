import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classificationContract } from '../../packages/contracts/src/index.ts';
import { cell } from './csv-cell.ts';
import { uprightPicture } from './upright-picture.ts';
import { takeEach, type Writer } from './writer.ts';

/** Pictures in `images/`, upright, and `labels.csv` that names the class of each; of several labels each has a row. */
export const writeClasses: Writer = async (samples, { folder, note }) => {
  const lines = ['file,label'];
  await mkdir(join(folder, 'images'), { recursive: true });
  const counts = await takeEach(samples, note, async (sample) => {
    const { data: truth } = classificationContract.truth.safeParse(sample.record.truth);
    if (!truth) throw new TypeError('its label is neither a class nor a list of them');
    const { fileName, jpeg } = await uprightPicture(sample);
    const file = `images/${fileName}`;
    const labels = 'label' in truth ? [truth.label] : truth.labels;
    // A picture with none of the labels has a row too: it is a lesson like others.
    const rows = (labels.length > 0 ? labels : ['']).map((label) => [file, label].map(cell).join(','));
    await writeFile(join(folder, file), jpeg);
    lines.push(...rows);
  });
  await writeFile(join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
  return counts;
};
