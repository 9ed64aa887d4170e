import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPage } from './page.ts';
import { ratioPlot } from './plot.ts';
import type { Section } from './section.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'bench');
const resultsFile = join(folder, 'results.json');

/**
 * Puts sections into `docs/bench/`, in the place of those of the same kind, and draws page and plot from all that lie there then:
 * so a part can be measured again without an hour for the rest.
 */
export async function writeResults(sections: readonly Section[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const known = await readFile(resultsFile, 'utf8').then(
    (text) => JSON.parse(text) as Section[],
    () => [],
  );
  const isReplaced = (old: Section): boolean => sections.some((one) => one.mode === old.mode && one.name === old.name);
  const all = [...known.filter((old) => !isReplaced(old)), ...sections];
  await writeFile(resultsFile, `${JSON.stringify(all, undefined, 2)}\n`);
  await writeFile(join(folder, 'ratios.svg'), ratioPlot(all));
  await writeFile(join(folder, 'README.md'), renderPage(all));
}
