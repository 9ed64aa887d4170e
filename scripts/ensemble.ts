import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from './models/evaluate/evaluator.ts';
import { builtInTasks, builtInVersions } from '../packages/contracts/src/index.ts';
import { toolsOf } from './kinds/tools-of.ts';
import { serveModels } from './models/serve-models.ts';

const usage = `usage: npm run ensemble [-- --sample N]
  Evaluates each version and the ensemble on the same test sets through HTTP, and writes the results into docs/guides/ensemble.md.
  --sample N uses N items of each set, and only prints.`;

const page = fileURLToPath(new URL('../docs/guides/ensemble.md', import.meta.url));
const [begin, end] = ['<!-- numbers: written by `npm run ensemble` -->', '<!-- end of numbers -->'];

const who = [...builtInVersions, 'ensemble'];

async function measure(sample: number | undefined): Promise<string[]> {
  const rows: string[] = [];
  for (const task of builtInTasks) {
    const { ensemble } = await toolsOf(task);
    if (!ensemble) continue;
    const { evaluator, metrics } = ensemble;
    const missing = evaluator.missing();
    if (missing !== undefined) throw new Error(missing);
    const service = await serveModels(task, task, {});
    try {
      const found: Finding[][] = [];
      for (const version of who) found.push(await evaluator.measure({ url: `${service.url}/${version}/predict`, sample, wanted: new Set(metrics) }));
      for (const metric of metrics) {
        const values = found.map((findings) => findings.find((finding) => finding.metric === metric)?.value.toFixed(4) ?? '');
        const samples = found[0]!.find((finding) => finding.metric === metric)?.samples;
        rows.push(`| ${task} | ${evaluator.dataset} | ${metric} | ${samples} | ${values.join(' | ')} |`);
        console.log(rows.at(-1));
      }
    } finally {
      await service.stop();
    }
  }
  return rows;
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  const at = process.argv.indexOf('--sample');
  const sample = at < 0 ? undefined : Number(process.argv[at + 1]);
  const rows = await measure(sample);
  if (sample !== undefined) return;
  const table = `| task | test set | metric | items | ${who.join(' | ')} |\n| --- | --- | --- | ---: | ${who.map(() => '---:').join(' | ')} |\n${rows.join('\n')}`;
  const old = await readFile(page, 'utf8');
  await writeFile(page, `${old.slice(0, old.indexOf(begin))}${begin}\n\n${table}\n\n${old.slice(old.indexOf(end))}`);
}

await main();
