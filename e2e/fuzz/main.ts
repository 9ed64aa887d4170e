/* Sends what nobody should, and watches that the suite bears it: node --conditions=source e2e/fuzz/main.ts [--seconds 60] [--seed n] */
import { builtInTasks } from '../../packages/contracts/src/index.ts';
import { spawnSuite, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nextAttempt, send, type Attempt } from './attack.ts';
import { Random } from './random.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    lanes: { type: 'string', default: '4' },
    'max-growth-mib': { type: 'string', default: '150' },
    'max-lag-ms': { type: 'string', default: '100' },
    /** Of what: 1 is the longest wait of all, which on a machine with others may be their doing. */
    'lag-quantile': { type: 'string', default: '0.99' },
  },
});
const seconds = Number(values.seconds);
/** Time in which caches, pools and compiled code grow to what they stay at. */
const warmUpMs = Math.min(15_000, seconds * 250);

/** Resident memory, in MiB. */
function residentOf({ process: { pid } }: SpawnedService): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

async function lagOf({ url }: SpawnedService): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = new RegExp(`^event_loop_lag_seconds\\{quantile="${values['lag-quantile']}"\\} ([\\d.e+-]+)`, 'm').exec(text);
  if (!line) throw new Error(`${url}/metrics knows no event loop lag at ${values['lag-quantile']}`);
  return Number(line[1]) * 1000;
}

/** Time for which the event loop's thread had work and no CPU, since its start. */
function waitedMsOf({ process: { pid } }: SpawnedService): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
}

/** What is wrong with an answer; nothing when it may be so. */
function faultOf({ isRaw }: Attempt, { status, text, type }: Awaited<ReturnType<typeof send>>): string | undefined {
  if (isRaw && status === 0) return undefined;
  if (status === 0 || (status >= 500 && ![501, 503, 504].includes(status))) return `status ${status}: ${text.slice(0, 300)}`;
  if (status < 400 || isRaw) return undefined;
  if (type !== 'application/json' && type !== 'application/problem+json') return `an error of type '${type}'`;
  const body = JSON.parse(text) as { code?: unknown; error?: unknown };
  if (typeof body.code !== 'string' && typeof body.error !== 'string') return `an error without a code: ${text.slice(0, 200)}`;
  return /node_modules|\bat .+\.ts:\d+/.test(text) ? `an answer that shows the insides: ${text.slice(0, 300)}` : undefined;
}

const suite = await spawnSuite({ ACCESS_LOG: 'false' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void suite.stop().finally(() => process.exit(130)));
const names = ['gateway', ...builtInTasks] as const;
const services = names.map((name) => suite[name]);
console.log(`seed ${values.seed}, ${seconds} s`);
const faults: string[] = [];
const statuses = new Map<number, number>();
/** Until then the windows that lag is measured in hold a service's start, which p99 does not see. */
const lagFrom = performance.now() + (values['lag-quantile'] === '1' ? 60_000 : 0);
/** By how much the event loops of the services lagged beyond the time for which they had work and no CPU, which is the machine's. */
const lags = new Map<string, number>();
const waited = new Map(services.map((service) => [service, waitedMsOf(service)]));
const until = performance.now() + seconds * 1000;
const warmAt = performance.now() + warmUpMs;
let before: number[] | undefined;
let sent = 0;

async function lane(index: number): Promise<void> {
  const random = new Random(Number(values.seed) + index * 7919);
  while (performance.now() < until && faults.length < 10) {
    const attempt = nextAttempt(random);
    sent += 1;
    try {
      const answer = await send(suite.gateway.url, attempt);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const fault = faultOf(attempt, answer);
      if (fault !== undefined)
        faults.push(`${attempt.path} ${JSON.stringify(attempt.headers)}\n  ${attempt.body.subarray(0, 300).toString('base64')}\n  ${fault}`);
    } catch (error) {
      // Where the gateway refuses a body early, the rest of it cannot be sent.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE' && (error as NodeJS.ErrnoException).code !== 'ECONNRESET')
        faults.push(`${attempt.path}: ${String(error)}`);
    }
    if (before === undefined && performance.now() > warmAt) before = services.map(residentOf);
  }
}

async function watch(): Promise<void> {
  while (performance.now() < until && faults.length < 10) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const [index, service] of services.entries()) {
      const lagMs = await lagOf(service);
      const waitedMs = waitedMsOf(service);
      const lag = lagMs - (waitedMs - waited.get(service)!);
      waited.set(service, waitedMs);
      if (performance.now() > lagFrom) lags.set(names[index]!, Math.max(lags.get(names[index]!) ?? 0, lag));
    }
  }
}

await Promise.all([watch(), ...Array.from({ length: Number(values.lanes) }, (_, index) => lane(index))]);
const after = services.map(residentOf);
for (const [index, service] of services.entries()) {
  const name = names[index]!;
  const growth = after[index]! - (before ?? after)[index]!;
  console.log(
    `${name}: ${after[index]!.toFixed(0)} MiB (${growth >= 0 ? '+' : ''}${growth.toFixed(0)} since warm), event loop lag ${(lags.get(name) ?? 0).toFixed(0)} ms`,
  );
  if (service.process.exitCode !== null) faults.push(`${name} ended with ${service.process.exitCode}`);
  if (growth > Number(values['max-growth-mib'])) faults.push(`${name} grew by ${growth.toFixed(0)} MiB`);
  if ((lags.get(name) ?? 0) > Number(values['max-lag-ms']))
    faults.push(`${name}: the event loop lagged by ${lags.get(name)!.toFixed(0)} ms while it had the CPU (quantile ${values['lag-quantile']})`);
  const failed = service.log.filter(({ level }) => level === 'error' || level === 'fatal');
  if (failed.length > 0) faults.push(`${name} logged ${failed.length} errors, the first: ${JSON.stringify(failed[0])}`);
}
console.log(
  `${sent} requests: ${[...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ')}`,
);
await suite.stop();
for (const fault of faults) console.error(`FAULT ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);
