// A client for the cluster tests. It runs inside a pod, on nothing but Node, so that it can be mounted as it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoadJob, LoadResult } from './job.ts';

/** What a task of each kind takes. */
const photo = { type: 'image/jpeg', body: readFileSync('/load/photo.jpg') };
const inputs: Readonly<Record<string, { type: string; body: Buffer }>> = {
  gesture: { type: 'application/json', body: readFileSync('/load/hand.json') },
  digit: { type: 'image/png', body: readFileSync('/load/digit.png') },
  detection: photo,
  classification: photo,
};

const job = JSON.parse(process.env['JOB'] ?? '{}') as LoadJob;
const agent = new Agent({ keepAlive: true, maxSockets: job.connections ?? 256, maxFreeSockets: job.connections ?? 256 });
const target = new URL(job.target);
const latencies: number[] = [];
const failures: LoadResult['failures'] = [];
const versions: LoadResult['versions'] = {};
const versionsOfUser = new Map<string, Set<string>>();
let sent = 0;
let failed = 0;
let flying = 0;
let isOver = false;

/** Mulberry32: equal seeds make equal loads. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const draw = random(job.seed ?? 1);

function pickTask(): string {
  let rest = draw();
  for (const [task, share] of Object.entries(job.mix)) if ((rest -= share) < 0) return task;
  return Object.keys(job.mix)[0]!;
}

function fail(task: string, what: string): void {
  failed++;
  if (failures.length < 8) failures.push({ task, what: what.slice(0, 200), atSeconds: Math.round(performance.now()) / 1000 });
}

function note(task: string, user: string | undefined, response: IncomingMessage): void {
  const version = /^[a-z0-9-]+\/(v\d+)@/.exec(String(response.headers['x-model'] ?? ''))?.[1] ?? 'none';
  const counts = (versions[task] ??= {});
  counts[version] = (counts[version] ?? 0) + 1;
  if (user === undefined) return;
  const seen = versionsOfUser.get(user) ?? new Set();
  versionsOfUser.set(user, seen.add(version));
}

/** Sends one request; `done` comes once, with its answer read whole or its fault counted. */
function ask(dueAt: number, done: () => void): void {
  const task = pickTask();
  const { type, body } = inputs[job.kinds?.[task] ?? task]!;
  const user = job.users === undefined ? undefined : `${task}-user-${Math.floor(draw() * job.users)}`;
  sent++;
  flying++;
  let isPast = false;
  const patienceMs = job.timeoutMs ?? 30_000;
  const finish = (fault?: string): void => {
    if (isPast) return;
    isPast = true;
    flying--;
    latencies.push(performance.now() - dueAt);
    if (fault !== undefined) fail(task, fault);
    done();
  };
  const sending = request(
    {
      agent,
      host: target.hostname,
      port: target.port || 80,
      method: 'POST',
      path: `/${task}/${job.call ?? 'predict'}`,
      headers: {
        'content-type': type,
        'content-length': body.length,
        // A server that gives up before its client does has lost the request.
        'x-request-timeout-ms': String(patienceMs),
        ...(job.host !== undefined && { host: job.host }),
        ...(user !== undefined && { 'x-user-id': user }),
        ...job.headers,
      },
      timeout: patienceMs,
    },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', (error) => finish(`answer broke off: ${error.message}`));
      response.on('end', () => {
        if (response.statusCode !== 200) return finish(`${response.statusCode} ${Buffer.concat(parts).toString('utf8').slice(0, 200)}`);
        note(task, user, response);
        return finish();
      });
    },
  );
  sending.on('timeout', () => sending.destroy(new Error('timed out')));
  sending.on('error', (error: NodeJS.ErrnoException) => finish(`${error.code ?? ''} ${error.message}, ${connectionOf(sending)}`.trim()));
  sending.end(body);
}

/** When each kept connection was last free, and the longest pause of this process: a client that gets no CPU time sees too late that one was closed. */
const freeAt = new WeakMap<Socket, number>();
agent.on('free', (socket: Socket) => freeAt.set(socket, performance.now()));
const pauses = monitorEventLoopDelay({ resolution: 20 });
pauses.enable();

function connectionOf({ reusedSocket, socket }: ClientRequest): string {
  const since = socket ? Math.round(performance.now() - (freeAt.get(socket) ?? 0)) : 0;
  return `${reusedSocket ? `on a connection that was free ${since} ms ago` : 'on a new connection'}; longest pause here ${Math.round(pauses.max / 1e6)} ms`;
}

function isSpent(): boolean {
  return isOver || (job.count !== undefined && sent >= job.count) || (job.seconds !== undefined && performance.now() > job.seconds * 1000);
}

function report(): void {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  const seconds = performance.now() / 1000;
  const result: LoadResult = {
    sent,
    failed,
    failures,
    versions,
    users: { seen: versionsOfUser.size, withSeveralVersions: [...versionsOfUser.values()].filter(({ size }) => size > 1).length },
    perSecond: Math.round((sent / seconds) * 10) / 10,
    seconds: Math.round(seconds * 10) / 10,
    latencyMs: { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) },
  };
  // Kubernetes keeps the last words of a container with the pod; a log may be gone with the container.
  writeFileSync('/dev/termination-log', JSON.stringify(result));
  process.exit(0);
}

function finishWhenQuiet(): void {
  if (flying === 0) report();
  else setTimeout(finishWhenQuiet, 20);
}

/** Every connection asks again as soon as it has its answer. */
function runClosed(): void {
  const next = (): void => {
    if (isSpent()) finishWhenQuiet();
    else ask(performance.now(), next);
  };
  for (let index = 0; index < (job.connections ?? 16); index++) next();
}

/** Requests come when they come (Poisson), answered or not; latency counts from when one was due. */
function runOpen(rate: number): void {
  let dueAt = performance.now();
  const step = (): void => {
    const now = performance.now();
    while (dueAt <= now && !isSpent()) {
      ask(dueAt, () => undefined);
      dueAt += (-Math.log(1 - draw()) / rate) * 1000;
    }
    if (isSpent()) finishWhenQuiet();
    else setTimeout(step, Math.max(0, Math.min(dueAt - performance.now(), 50)));
  };
  step();
}

// The test ends an open-ended load with a signal, after whatever it did to the cluster is over.
process.on('SIGUSR2', () => (isOver = true));
if (job.rate === undefined) runClosed();
else runOpen(job.rate);
