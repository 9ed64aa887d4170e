import type { Contestant } from './contestants/contestant.ts';
import { facet } from './contestants/facet.ts';
import { measurePairs } from './gate/measure-pairs.ts';
import { median, medianInterval } from './measure/statistics.ts';
import { cases } from './payloads/cases.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What watching costs: drift and samples (and with AUDIT=hash or input the audit) against the same service without, in pairs.
// Throughput says it on a quiet machine; CPU time a request also does on a busy one.

/** Share of throughput that watching may cost. */
const allowed = 0.02;
const load = { pairs: Number(process.env['PAIRS'] ?? 20), connections: 8, warmupSeconds: 0.3, seconds: 2 };

const folder = await mkdtemp(join(tmpdir(), 'watching-'));
const audit = process.env['AUDIT'];
const watched = { STATE_DIR: folder, SAMPLES_DIR: folder, ...(audit !== undefined && { AUDIT: audit, AUDIT_TO: join(folder, 'audit') }) };
const unwatched = { STATE_DIR: 'none', SAMPLES_DIR: 'none', DRIFT: 'off' };

function facetWith(name: string, env: Readonly<Record<string, string>>): Contestant {
  return {
    ...facet,
    name,
    title: `Facet, ${name}`,
    async launches(task, freePort) {
      const { launches, ...rest } = await facet.launches(task, freePort);
      return { ...rest, launches: launches.map((launch) => Object.assign({}, launch, { env: { ...launch.env, ...env } })) };
    },
  };
}

let isTooMuch = false;
try {
  for (const name of ['gesture', 'digit', 'detection']) {
    const kind = cases.find((one) => one.name === name)!;
    const pairs = await measurePairs(facetWith('watched', watched), facetWith('unwatched', unwatched), kind, load);
    const ratio = (of: 'throughput' | 'cpuMs'): string => {
      const ratios = pairs.map((pair) => pair.subject[of] / pair.reference[of]);
      const { low, high } = medianInterval(ratios);
      // Only when noise cannot explain it.
      if (of === 'throughput') isTooMuch ||= high < 1 - allowed;
      return `${median(ratios).toFixed(3)} (95 % certain: ${low.toFixed(3)} to ${high.toFixed(3)})`;
    };
    console.log(`${name}, watched against not: throughput ${ratio('throughput')}, CPU a request ${ratio('cpuMs')}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (isTooMuch) console.error(`FAIL: watching costs more than ${allowed * 100} % of throughput`);
process.exitCode = isTooMuch ? 1 : 0;
