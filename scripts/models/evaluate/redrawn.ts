import { inParallel } from '@facet/testkit';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unsuitedDigits, type DigitAnswer } from './digits.ts';
import { ask, lanes, RefusedError, rounding, spread, type Evaluator, type Finding } from './evaluator.ts';
import { findPython, pythonHint, runTraining, training } from './python.ts';

/** Where `training/run corruptions` leaves its pictures. */
const drawnFolder = join(training, '.cache', 'corruptions');
/** Where those of a sample are drawn, and stay for the next version. */
const sampleFolder = `${drawnFolder}-sample`;
/** Pictures of a kind in all. */
const perKind = 1000;
/** Drawing a picture takes longer than asking for it: of so many pictures of a sample one is drawn. */
const drawnShare = 5;
const prefix = 'accuracy over HTTP, ';

/** File to digit. */
async function readLabels(folder: string): Promise<(readonly [file: string, digit: number])[]> {
  return Object.entries(JSON.parse(await readFile(join(folder, 'labels.json'), 'utf8')) as Record<string, number>);
}

async function isRight(url: string, folder: string, file: string, digit: number): Promise<boolean> {
  const form = new FormData();
  form.set('file', new Blob([await readFile(join(folder, file))]), basename(file));
  try {
    return (await ask<DigitAnswer>(url, form)).predicted_digit === digit;
  } catch (error) {
    // A picture that is refused as blank was not read.
    if (error instanceof RefusedError && error.status === 422) return false;
    throw error;
  }
}

/** Test digits as people send them: drawn with other pens, photographed, in shadow. Python draws them. */
export const redrawnDigits: Evaluator = {
  headline: undefined,
  dataset: 'MNIST test digits redrawn, seed 7',
  missing: () => (existsSync(join(drawnFolder, 'labels.json')) || findPython() ? undefined : `Python draws these images, and ${pythonHint}`),
  unsuited: unsuitedDigits,

  async measure({ url, sample, wanted }) {
    const kinds = [...wanted].filter((metric) => metric.startsWith(prefix)).map((metric) => metric.slice(prefix.length));
    const isDrawn = existsSync(join(drawnFolder, 'labels.json'));
    const folder = isDrawn ? drawnFolder : sampleFolder;
    const count = sample === undefined ? perKind : Math.max(1, Math.round(sample / kinds.length / (isDrawn ? 1 : drawnShare)));
    if (!isDrawn) await runTraining('corruptions', ['--out', folder, '--count', String(count)]);
    const labels = await readLabels(folder);
    const findings: Finding[] = [];
    for (const kind of kinds) {
      const chosen = spread(
        labels.filter(([file]) => file.startsWith(`${kind}/`)),
        count,
      );
      if (chosen.length === 0) continue;
      const right = await inParallel(chosen, lanes, ([file, digit]) => isRight(url, folder, file, digit));
      findings.push({
        metric: prefix + kind,
        value: right.filter(Boolean).length / right.length,
        samples: right.length,
        of: perKind,
        kind: 'share',
        tolerance: rounding,
      });
    }
    return findings;
  },
};
