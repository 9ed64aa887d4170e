import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { digitFeatures } from '../services/digit/src/model/features.ts';
import { shifts, stablePool } from './drift/shifts.ts';
import { detectionDelay, falseAlarms, quantiles, windowDelay, type Setting } from './drift/simulate.ts';

const usage = `usage: npm run drift [-- --seeds N] [--check]
  Simulates streams of digits, stable and changed, and writes into packages/drift/README.md how often a stable one alarms and how soon a
  changed one does, compared with the usual test of fixed windows. --check writes nothing, and fails if the false alarm rate is exceeded.`;

const page = fileURLToPath(new URL('../packages/drift/README.md', import.meta.url));
const [begin, end] = ['<!-- numbers: written by `npm run drift` -->', '<!-- end of numbers -->'];
const predictions = 200_000;
const windows = [200, 500, 1000];
const change = { stable: 5000, most: 20_000 };

function argument(name: string, fallback: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const seeds = argument('--seeds', 20);
  const pool = stablePool();
  const rows: string[] = [];
  let isKept = true;
  const falseAlarmRows = [20_000, 200_000].flatMap((falseAlarmEvery) =>
    [500, 5000].map((referenceSize) => {
      const setting: Setting = { features: digitFeatures, falseAlarmEvery, referenceSize };
      let alarms = 0;
      for (let seed = 1; seed <= seeds; seed++) alarms += falseAlarms(setting, pool, predictions, seed);
      const promised = (seeds * predictions) / falseAlarmEvery;
      // Alarms are rare and independent, so their number scatters as Poisson's: three of its deviations are allowed.
      isKept &&= alarms <= promised + 3 * Math.sqrt(promised);
      const row = `| ${falseAlarmEvery} | ${referenceSize} | ${promised.toFixed(0)} | ${alarms} |`;
      console.log(row);
      return row;
    }),
  );
  const setting: Setting = { features: digitFeatures, falseAlarmEvery: 200_000, referenceSize: 5000 };
  for (const [name, after] of Object.entries(shifts)) {
    const moved = { before: pool, after: after(), ...change };
    const run = (measure: (seed: number) => number) => quantiles(Array.from({ length: seeds }, (_, seed) => measure(seed + 1)));
    const own = run((seed) => detectionDelay(setting, moved, seed));
    const usual = windows.map((size) => run((seed) => windowDelay(setting, moved, size, seed)));
    isKept &&= usual.every(({ median }) => own.median < median);
    const show = (value: number) => (value >= change.most ? `over ${change.most}` : String(value));
    const row = `| ${name} | ${show(own.median)} | ${show(own.most)} | ${usual.map(({ median }) => show(median)).join(' | ')} |`;
    console.log(row);
    rows.push(row);
  }
  const text = `${begin}

On ${seeds} stable streams of ${predictions} predictions each:

| \`DRIFT_FALSE_ALARM_EVERY\` | predictions in the reference | alarms promised, at most | alarms found |
| ---: | ---: | ---: | ---: |
${falseAlarmRows.join('\n')}

From the change to the alarm, in predictions, at \`DRIFT_FALSE_ALARM_EVERY=200000\` with a reference of 5000 (median, and what nine of ten of ${seeds} streams stay below), compared with fixed-window tests at the same false alarm rate (medians):

| change | here | nine of ten | ${windows.map((size) => `windows of ${size}`).join(' | ')} |
| --- | ---: | ---: | ${windows.map(() => '---:').join(' | ')} |
${rows.join('\n')}

${end}`;
  if (!process.argv.includes('--check')) {
    const old = await readFile(page, 'utf8');
    await writeFile(page, old.slice(0, old.indexOf(begin)) + text + old.slice(old.indexOf(end) + end.length));
  }
  if (!isKept) console.error('FAIL: more false alarms than promised, or later than fixed windows');
  return isKept ? 0 : 1;
}

process.exitCode = await main();
