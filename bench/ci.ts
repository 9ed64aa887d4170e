import { facet } from './contestants/facet.ts';
import { reference } from './contestants/index.ts';
import { floors } from './gate/floors.ts';
import { measurePairs } from './gate/measure-pairs.ts';
import { median, medianInterval } from './measure/statistics.ts';
import { cases } from './payloads/cases.ts';

const load = { pairs: 10, connections: 8, warmupSeconds: 0.3, seconds: 2 };

try {
  await reference.prepare?.();
} catch (error) {
  // A laptop without Python says nothing about Facet; a CI that measures nothing must not look as if it had.
  console.error(`nothing was measured: ${reference.title} cannot be installed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(process.env['REAL_PARTS'] === 'required' ? 1 : 0);
}

const failures: string[] = [];
for (const [name, floor] of Object.entries(floors)) {
  const pairs = await measurePairs(
    facet,
    reference,
    cases.find((one) => one.name === name)!,
    load,
  );
  const ratios = pairs.map((pair) => pair.subject.throughput / pair.reference.throughput);
  const { low, high } = medianInterval(ratios);
  const rate = (runs: readonly { throughput: number }[]): string => median(runs.map((run) => run.throughput)).toFixed(0);
  const verdict = `${name}: ${median(ratios).toFixed(2)} times ${reference.title} (95 % certain: ${low.toFixed(2)} to ${high.toFixed(2)}; floor ${floor})`;
  console.log(`${verdict}; ${rate(pairs.map((pair) => pair.subject))} against ${rate(pairs.map((pair) => pair.reference))} req/s`);
  // Only when noise cannot explain it.
  if (high < floor) failures.push(verdict);
}
if (failures.length > 0) {
  console.error(`FAIL: slower than it must be: ${failures.join('; ')}`);
  process.exit(1);
}
