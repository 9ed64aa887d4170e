import { facet } from './contestants/facet.ts';
import { changed } from './contestants/variants.ts';
import { cpuRatios, measureStarts } from './gate/measure-pairs.ts';
import { median, medianInterval } from './measure/statistics.ts';
import { cases } from './payloads/cases.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What watching costs: drift and samples (and with AUDIT=hash or input the audit) against the same service without, in pairs.
// By CPU time a request, in short turns, for that says the truth on a busy machine too. TASK=gesture,digit chooses; PAIRS and STARTS say how much.

/** Share of the CPU time that watching may cost. */
const allowed = 0.02;
/** Times that both are started. */
const starts = Number(process.env['STARTS'] ?? 10);
const load = {
  pairs: Number(process.env['PAIRS'] ?? 20),
  connections: 8,
  warmupSeconds: 0.02,
  warmupPairs: 15,
  seconds: 0.4,
  pauseSeconds: Number(process.env['PAUSE'] ?? 0),
};

const folder = await mkdtemp(join(tmpdir(), 'watching-'));
const audit = process.env['AUDIT'];
// It rests in the other's turns and makes up for them in its own: half the usual rate then comes to the usual one under load without a rest.
const rate = '25';
const watched = {
  OBSERVE_MAX_PER_SECOND: rate,
  STATE_DIR: folder,
  SAMPLES_DIR: folder,
  ...(audit !== undefined && { AUDIT: audit, AUDIT_TO: join(folder, 'audit') }),
};
const unwatched = { STATE_DIR: 'none', SAMPLES_DIR: 'none', DRIFT: 'off' };

let isTooMuch = false;
try {
  for (const name of (process.env['TASK'] ?? 'gesture,digit,detection').split(',')) {
    const kind = cases.find((one) => one.name === name)!;
    const [subject, reference] = [changed(facet, { name: 'watched', env: watched }), changed(facet, { name: 'unwatched', env: unwatched })];
    const started = await measureStarts(starts, subject, reference, kind, load);
    const ratios = started.map((pairs) => median(cpuRatios(pairs)));
    const { low, high } = medianInterval(ratios);
    // Only when noise cannot explain it.
    isTooMuch ||= low > 1 + allowed;
    console.log(`${name}: CPU time a request, watched to unwatched: ${median(ratios).toFixed(3)} (95 % certain: ${low.toFixed(3)} to ${high.toFixed(3)})`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (isTooMuch) console.error(`FAIL: watching costs more than ${allowed * 100} % of the CPU time`);
process.exitCode = isTooMuch ? 1 : 0;
