import { leanEnv, type LauncherMessage } from '@facet/config';
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer, isIPv6 } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const serviceNames = ['gateway', 'gesture', 'digit', 'detection'] as const;

export type ServiceName = (typeof serviceNames)[number];

const behind = ['gesture', 'digit', 'detection'] as const;

const defaultPorts: Readonly<Record<ServiceName, number>> = { gateway: 8080, gesture: 8081, digit: 8082, detection: 8083 };
const { resolve: locate } = createRequire(import.meta.url);
/** What each process runs: sources where this process was told to (`--conditions=source`), built files otherwise. */
const programs: Readonly<Record<ServiceName, () => string>> = {
  gateway: () => locate('@facet/gateway/main'),
  gesture: () => locate('@facet/gesture/main'),
  digit: () => locate('@facet/digit/main'),
  detection: () => locate('@facet/detection/main'),
};
const startTimeoutMs = 60_000;

interface SuiteOptions {
  /** Passed to every service; `GATEWAY_PORT`, `GESTURE_PORT` … choose the ports. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What one service alone is told; wins over `env`. */
  readonly settings?: (name: ServiceName) => Readonly<Record<string, string>>;
  /** Where `models/` lies. */
  readonly directory: string;
  /** Shows one line of a service's log. */
  readonly print: (line: string, name: ServiceName) => void;
  /** Called when somebody else asks a service to stop: a signal that reached it alone, or all processes at once. */
  readonly onStopRequested: (reason: string) => void;
}

interface Member {
  readonly name: ServiceName;
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What it said before its log was shown. */
  readonly early: string[];
}

/** The four services on one machine, each its own process, as in a cluster. */
export class Suite {
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Settles with a sentence when a service ends that was not asked to. */
  readonly ended: Promise<string>;
  readonly #options: SuiteOptions;
  readonly #members: Member[] = [];
  readonly #ready = new Set<Member>();
  #settleEnded: (reason: string) => void = () => undefined;
  #showing = false;
  #stopping = false;

  constructor(options: SuiteOptions) {
    this.#options = options;
    const port = (name: ServiceName) => Number(options.env[`${name.toUpperCase()}_PORT`] ?? defaultPorts[name]);
    this.ports = { gateway: port('gateway'), gesture: port('gesture'), digit: port('digit'), detection: port('detection') };
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
  }

  url(name: ServiceName): string {
    return `http://${name === 'gateway' ? reachableHost(this.#options.env['HOST']) : '127.0.0.1'}:${this.ports[name]}`;
  }

  /**
   * Starts all services and waits until each is ready; the gateway last, so that whoever finds its port open is served.
   *
   * @throws {Error} one line that says which service cannot start, and why
   */
  async start(): Promise<void> {
    for (const name of serviceNames) await requireFree(name, this.ports[name]);
    for (const group of [behind, ['gateway'] as const]) {
      if (this.#stopping) throw new Error('stopped while it started');
      const members = group.map((name) => this.#spawn(name));
      this.#members.push(...members);
      await Promise.all(members.map((member) => this.#untilReady(member)));
    }
  }

  /** From now on the services' logs go to the terminal. */
  showLogs(): void {
    this.#showing = true;
  }

  /** Drains the gateway first, so that what it has accepted still finds its service, then the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const group of [['gateway'] as const, behind]) {
      const members = this.#members.filter(({ name }) => group.some((wanted) => wanted === name));
      for (const member of members) send(member.process, { facet: 'stop' });
      await Promise.all(members.map(({ exited }) => exited));
    }
  }

  /** Lets each service open its log file again, which a log rotation has moved. */
  reopenLogs(): void {
    for (const { process: child } of this.#ready) child.kill('SIGHUP');
  }

  kill(): void {
    for (const { process: child } of this.#members) child.kill('SIGKILL');
  }

  #spawn(name: ServiceName): Member {
    const { env, directory, settings } = this.#options;
    // A laptop has other things to do: one process a service is enough, and leaves detection its threads.
    const workers = name === 'detection' ? {} : { WORKERS: '1' };
    const urls = { GESTURE_URL: this.url('gesture'), DIGIT_URL: this.url('digit'), DETECTION_URL: this.url('detection') };
    const child = spawn(process.execPath, [...process.execArgv, programs[name]()], {
      cwd: directory,
      // Its own process group: Ctrl-C in a terminal must reach the services in order, through stop().
      detached: true,
      // Over the channel a service is asked to stop; when this process dies, the channel closes, and the service drains and ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...leanEnv,
        LOG_FORMAT: process.stdout.isTTY ? 'pretty' : 'json',
        DRAIN_DELAY: '200ms',
        ...workers,
        ...urls,
        ...env,
        // Only the gateway is reached from outside, where HOST says so.
        OPERATIONS_PORT: (name === 'gateway' && env['OPERATIONS_PORT']) || '',
        HOST: (name === 'gateway' && env['HOST']) || 'localhost',
        ...settings?.(name),
        PORT: String(this.ports[name]),
      },
    });
    send(child, { facet: 'launched' });
    child.on('message', (message: LauncherMessage) => {
      if (message.facet === 'stop-requested') this.#options.onStopRequested(message.signal);
    });
    const early: string[] = [];
    for (const input of [child.stdout!, child.stderr!]) {
      createInterface({ input }).on('line', (line) => {
        if (this.#showing) this.#options.print(line, name);
        else early.push(line);
      });
    }
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    void exited.then((code) => this.#settleEnded(`${name} ended with code ${code}; stopping the others.`));
    return { name, process: child, exited, early };
  }

  async #untilReady(member: Member): Promise<void> {
    const { name, exited, early } = member;
    const until = Date.now() + startTimeoutMs;
    let exitCode: number | null | undefined;
    void exited.then((code) => {
      exitCode = code;
    });
    while (Date.now() < until) {
      if (exitCode !== undefined)
        throw new Error(early.filter((line) => !line.startsWith('{')).join('\n') || `${name} ended with code ${exitCode} before it was ready`);
      const ready = await fetch(`${this.url(name)}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) {
        this.#ready.add(member);
        return;
      }
      const reason = await failureOf(this.url(name));
      if (reason !== undefined) throw new Error(`${name} cannot serve its model: ${reason}`);
      await sleep(50);
    }
    throw new Error(`${name} was not ready within ${startTimeoutMs / 1000} s; ${this.url(name)}/health says what it waits for`);
  }
}

/** The host at which this machine reaches what listens on `HOST`: loopback, unless it lists other addresses alone. */
function reachableHost(hosts = ''): string {
  const addresses = hosts.split(',').map((host) => host.trim().replace(/^\[|\]$/g, ''));
  const [first = ''] = addresses;
  if (first === '' || addresses.some((host) => ['localhost', '::', '0.0.0.0', '127.0.0.1'].includes(host))) return '127.0.0.1';
  return isIPv6(first) ? `[${first}]` : first;
}

/** A service that still starts reads its messages as soon as it can act on them. */
function send(child: ChildProcess, message: LauncherMessage): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Why a service will never become ready, when it says so. */
async function failureOf(url: string): Promise<string | undefined> {
  try {
    const { models = {} } = (await (await fetch(`${url}/health`)).json()) as { models?: Record<string, { reason?: string }> };
    return Object.values(models).find(({ reason }) => reason !== undefined)?.reason;
  } catch {
    return undefined;
  }
}

function requireFree(name: ServiceName, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(new Error(`${name} cannot start: port ${port} is taken. Stop what listens there, or set ${name.toUpperCase()}_PORT to another.`)),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
