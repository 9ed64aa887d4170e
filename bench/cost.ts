import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { facet, facetThroughGateway } from './contestants/facet.ts';
import { changed, parts } from './contestants/variants.ts';
import { measurePairs } from './gate/measure-pairs.ts';
import { lowerQuartile, median, medianInterval } from './measure/statistics.ts';
import { cases } from './payloads/cases.ts';

// What a request costs in CPU time: this checkout against another one, or against itself without a part. Throughput and latency
// need a quiet machine; on a shared one this takes short turns, and says how sure it is.

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'gesture,digit,detection' },
    connections: { type: 'string', default: '8' },
    /** Through the gateway. */
    gateway: { type: 'boolean', default: false },
    /** Folder of another checkout, dependencies installed. */
    against: { type: 'string', default: '.' },
    /** A part to leave out of the other side: clock. */
    without: { type: 'string' },
    /** Fails above this ratio, when noise cannot explain it. */
    'at-most': { type: 'string', default: 'Infinity' },
    pairs: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '0.25' },
    /** Rest after each turn, for whoever else is on the machine. */
    pause: { type: 'string', default: '0' },
  },
});
const subject = values.gateway ? facetThroughGateway : facet;
const change = values.without === undefined ? { name: values.against } : parts[values.without];
if (!change) throw new Error(`there is no part '${values.without}'; there are ${Object.keys(parts).join(', ')}`);
const reference = changed(subject, { ...change, root: resolve(values.against) });
const load = { pairs: Number(values.pairs), warmupSeconds: 0.02, warmupPairs: 20, seconds: Number(values.seconds), pauseSeconds: Number(values.pause) };

let isTooMuch = false;
for (const name of values.task.split(',')) {
  const kind = cases.find((one) => one.name === name);
  if (!kind) throw new Error(`no task is called '${name}'; there are ${cases.map((one) => one.name).join(', ')}`);
  for (const connections of values.connections.split(',').map(Number)) {
    const pairs = await measurePairs(subject, reference, kind, { ...load, connections });
    const cost = (side: 'subject' | 'reference'): string => lowerQuartile(pairs.map((pair) => pair[side].cpuMs)).toFixed(4);
    const ratios = pairs.map((pair) => pair.subject.cpuMs / pair.reference.cpuMs);
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
