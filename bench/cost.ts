import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sources } from './contestants/facet.ts';
import { changed } from './contestants/variants.ts';
import { cpuRatios, measureStarts } from './gate/measure-pairs.ts';
import { lowerQuartile, median, medianInterval } from './measure/statistics.ts';
import { cases } from './payloads/cases.ts';

const usage = `usage: npm run bench:cost -- [options]
  What a request costs in CPU time: this checkout against another one. Throughput and latency need a quiet machine; on a shared
  one this takes short turns, and says how sure it is.

  --task NAMES         ${cases.map(({ name }) => name).join(',')} (gesture,digit,detection)
  --connections LIST   8
  --gateway            through the gateway
  --against FOLDER     another checkout, dependencies installed
  --at-most RATIO      fails above it, when noise cannot explain that
  --starts N           times that both are started (10): of two processes alike one is up to a few percent slower, for as long as it lives
  --pairs N            turns of both after each start (10)
  --seconds N          a turn (0.25)
  --pause N            seconds of rest after each turn, for whoever else is on the machine (0)`;

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'gesture,digit,detection' },
    connections: { type: 'string', default: '8' },
    gateway: { type: 'boolean', default: false },
    against: { type: 'string', default: '.' },
    'at-most': { type: 'string', default: 'Infinity' },
    starts: { type: 'string', default: '10' },
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '0.25' },
    pause: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const subject = values.gateway ? sources.facetThroughGateway : sources.facet;
const reference = changed(subject, { name: values.against, root: resolve(values.against) });
const load = { pairs: Number(values.pairs), warmupSeconds: 0.02, warmupPairs: 15, seconds: Number(values.seconds), pauseSeconds: Number(values.pause) };

const starts = Number(values.starts);
let isTooMuch = false;
for (const name of values.task.split(',')) {
  const kind = cases.find((one) => one.name === name);
  if (!kind) throw new Error(`no task is called '${name}'; there are ${cases.map((one) => one.name).join(', ')}`);
  for (const connections of values.connections.split(',').map(Number)) {
    const started = await measureStarts(starts, subject, reference, kind, { ...load, connections });
    const pairs = started.flat();
    const cost = (side: 'subject' | 'reference'): string => lowerQuartile(pairs.map((pair) => pair[side].cpuMs)).toFixed(4);
    const ratios = starts > 1 ? started.map((those) => median(cpuRatios(those))) : cpuRatios(pairs);
    const { low, high } = medianInterval(ratios);
    console.log(
      `${name}, ${connections} connections: ${cost('subject')} ms of CPU a request; ${reference.title}: ${cost('reference')}; ` +
        `ratio ${median(ratios).toFixed(3)} (95 % certain: ${low.toFixed(3)} to ${high.toFixed(3)})`,
    );
    // Only when noise cannot explain it.
    isTooMuch ||= low > Number(values['at-most']);
  }
}
if (isTooMuch) console.error(`FAIL: more than ${values['at-most']} times the CPU time`);
process.exitCode = isTooMuch ? 1 : 0;
