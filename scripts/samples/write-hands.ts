import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLandmarks } from '../../services/gesture/src/model/landmarks.ts';
import { toFeatures } from '../../services/gesture/src/model/preprocess.ts';
import { cell } from './csv-cell.ts';
import { takeEach, type Writer } from './writer.ts';

const points = Array.from({ length: 21 }, (_, index) => index + 1);

/** Hands as `training/run gesture --data` reads them: square pixels, from the wrist, in hands. */
export const writeHands: Writer = async (samples, { folder, note }) => {
  const lines = [['label', ...points.flatMap((point) => [`x${point}`, `y${point}`])].join(',')];
  const counts = await takeEach(samples, note, ({ record }) => {
    const label = (record.truth as { label?: unknown } | undefined)?.label;
    if (typeof label !== 'string' || label === '') throw new TypeError('expected the name of a gesture');
    const hand = toFeatures(readLandmarks(record.input));
    lines.push([cell(label), ...Array.from(hand, (value) => value.toFixed(6))].join(','));
  });
  await writeFile(join(folder, 'hands.csv'), `${lines.join('\n')}\n`);
  return counts;
};
