import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClockState, Slice } from './contestants/clock-switch.ts';
import { sources } from './contestants/facet.ts';
import { changed } from './contestants/variants.ts';
import { withServers } from './contestants/with-servers.ts';
import { measure, settle } from './measure/run.ts';
import { median, medianInterval } from './measure/statistics.ts';
import { cases, type Case } from './payloads/cases.ts';

const usage = `usage: npm run bench:clock -- [options]
  What the stage clock costs, its marks and histograms, and what it costs with all that is told of it: the header Server-Timing and
  the stages in the log line. It is switched off and on while a service works, so that all have the same process, the same load and
  nearly the same moment.

  --task NAMES         gesture,digit
  --connections N      8
  --at-most RATIO      fails when the clock costs more, and noise cannot explain that
  --starts N           times that each service is started (3)
  --seconds N          of load after each start (30)`;

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'gesture,digit' },
    connections: { type: 'string', default: '8' },
    'at-most': { type: 'string', default: 'Infinity' },
    starts: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '30' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}

/** CPU microseconds a request in each state, within a moment of one process. */
type Moment = Readonly<Record<ClockState, number>>;

function momentsOf(slices: readonly Slice[]): Moment[] {
  const moments: Moment[] = [];
  const begun = new Map<number, Partial<Record<ClockState, number>>>();
  for (const { process, state, cpuMicroseconds, requests } of slices) {
    // A state that comes twice begins anew: slices without requests are left out.
    const before = begun.get(process) ?? {};
    const moment = { ...(state in before ? {} : before), [state]: cpuMicroseconds / requests };
    const isWhole = Object.keys(moment).length === 3;
    if (isWhole) moments.push(moment as Moment);
    begun.set(process, isWhole ? {} : moment);
  }
  return moments;
}

async function measureOnce(kind: Case): Promise<Moment[]> {
  const folder = await mkdtemp(join(tmpdir(), 'facet-clock-'));
  const file = join(folder, 'slices');
  const preload = join(import.meta.dirname, 'contestants', 'clock-switch.ts');
  const switched = changed(sources.facet, { name: 'switched', preload, env: { SLICES_FILE: file } });
  try {
    return await withServers([switched], kind, async (ready) => {
      await settle(ready, { settleSeconds: 5 });
      await writeFile(file, '');
      const { errors } = await measure(
        ready[0]!,
        { kind: 'closed', connections: Number(values.connections), warmupSeconds: 0, seconds: Number(values.seconds) },
        0,
      );
      if (Object.keys(errors).length > 0) throw new Error(`errors under load: ${JSON.stringify(errors)}`);
      const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
      return momentsOf(lines.map((line) => JSON.parse(line) as Slice));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

let isTooMuch = false;
for (const name of values.task.split(',')) {
  const kind = cases.find((one) => one.name === name);
  if (!kind) throw new Error(`no task is called '${name}'; there are ${cases.map((one) => one.name).join(', ')}`);
  const moments: Moment[] = [];
  for (let start = 0; start < Number(values.starts); start += 1) moments.push(...(await measureOnce(kind)));
  const off = median(moments.map((moment) => moment.off));
  console.log(`${name}, ${values.connections} connections: ${off.toFixed(1)} µs of CPU a request without stage clock (${moments.length} moments)`);
  for (const [state, what] of [
    ['silent', 'the clock and its histograms'],
    ['on', 'with what is told of it, in Server-Timing and in the log'],
  ] as const) {
    const ratios = moments.map((moment) => moment[state] / moment.off);
    const { low, high } = medianInterval(ratios);
    const percent = (ratio: number): string => ((ratio - 1) * 100).toFixed(1);
    console.log(`  ${what}: ${percent(median(ratios))} % more (95 % certain: ${percent(low)} to ${percent(high)})`);
    isTooMuch ||= state === 'silent' && low > Number(values['at-most']);
  }
}
if (isTooMuch) console.error(`FAIL: more than ${values['at-most']} times the CPU time`);
process.exitCode = isTooMuch ? 1 : 0;
