import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { facet, facetThroughGateway } from './contestants/facet.ts';
import { withServers, type Ready } from './contestants/with-servers.ts';
import { measure, settle } from './measure/run.ts';
import { median, medianInterval, shuffled } from './measure/statistics.ts';
import { cases, type Case } from './payloads/cases.ts';

const usage = `usage: npm run bench:scrape -- [options]
  What a scrape of /metrics costs in CPU time, as a ratio to a prediction of the same service: both in short turns, one scrape after another.

  --task NAMES         gesture,digit,detection
  --gateway            the gateway's metrics, to a prediction through it
  --connections N      of predictions (8)
  --at-most RATIO      fails when a scrape costs more predictions, and noise cannot explain that
  --pairs N            turns of both (20)
  --seconds N          a turn (0.4)`;

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'gesture,digit,detection' },
    gateway: { type: 'boolean', default: false },
    connections: { type: 'string', default: '8' },
    'at-most': { type: 'string', default: 'Infinity' },
    pairs: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '0.4' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}

/** CPU milliseconds of one prediction and of one scrape, in turns next to each other. */
interface Pair {
  readonly prediction: number;
  readonly scrape: number;
}

function measurePairs(kind: Case): Promise<Pair[]> {
  return withServers([values.gateway ? facetThroughGateway : facet], kind, async (ready) => {
    const [prediction] = ready as [Ready];
    const scrape: Ready = { ...prediction, requestFile: `${prediction.requestFile}-scrape` };
    await writeFile(
      scrape.requestFile,
      `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:${scrape.server.port}\r\nUser-Agent: facet-bench\r\nAccept: text/plain\r\n\r\n`,
    );
    await settle([prediction, scrape], { settleSeconds: 3 });
    const pairs: Pair[] = [];
    for (let round = 0; round < Number(values.pairs); round += 1) {
      const cpuMs = new Map<Ready, number>();
      for (const one of shuffled([prediction, scrape])) {
        const connections = one === scrape ? 1 : Number(values.connections);
        const run = await measure(one, { kind: 'closed', connections, warmupSeconds: 0.02, seconds: Number(values.seconds) }, round);
        if (Object.keys(run.errors).length > 0) throw new Error(`errors under load: ${JSON.stringify(run.errors)}`);
        cpuMs.set(one, run.cpuMs);
      }
      pairs.push({ prediction: cpuMs.get(prediction)!, scrape: cpuMs.get(scrape)! });
    }
    return pairs;
  });
}

let isTooMuch = false;
for (const name of values.task.split(',')) {
  const kind = cases.find((one) => one.name === name);
  if (!kind) throw new Error(`no task is called '${name}'; there are ${cases.map((one) => one.name).join(', ')}`);
  const pairs = await measurePairs(kind);
  const ratios = pairs.map(({ prediction, scrape }) => scrape / prediction);
  const { low, high } = medianInterval(ratios);
  const cost = (side: keyof Pair): string => median(pairs.map((pair) => pair[side])).toFixed(3);
  console.log(
    `${name}: a scrape costs ${cost('scrape')} ms of CPU, a prediction ${cost('prediction')}; ` +
      `ratio ${median(ratios).toFixed(2)} (95 % certain: ${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
  isTooMuch ||= low > Number(values['at-most']);
}
if (isTooMuch) console.error(`FAIL: a scrape costs more than ${values['at-most']} predictions`);
process.exitCode = isTooMuch ? 1 : 0;
