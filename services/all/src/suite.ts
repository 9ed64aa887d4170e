import { runtimeTuningEnv, versionPattern, type LauncherMessage } from '@facet/config';
import { builtInTasks, findTaskFiles, kinds, settingNames, taskContracts, type Kind, type TaskContract, type TaskFile } from '@facet/contracts';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, isIPv6 } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const gatewayName = 'gateway';
const gatewayPort = 8080;

/** What each process runs: the sources of its service where this is a source too, else what is bundled beside this file. */
const programOf = (service: Kind | typeof gatewayName): string =>
  import.meta.filename.endsWith('.ts') ? join(import.meta.dirname, '..', '..', service, 'src', 'main.ts') : join(import.meta.dirname, service, 'main.js');
const startTimeoutMs = 60_000;

interface SuiteOptions {
  /** Tasks that are served, each by a process of its own, in the order in which they are shown. */
  readonly tasks: readonly DeclaredTask[];
  /** Passed to every service; `GATEWAY_PORT`, `GESTURE_PORT` … choose the ports. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The gateway's port, where the services have those after it and nothing else is to be chosen. */
  readonly firstPort?: number;
  /** What one service alone is told; wins over `env`. */
  readonly settings?: (name: string) => Readonly<Record<string, string>>;
  /** Where `models/` lies. */
  readonly directory: string;
  /** Shows one line of a service's log. */
  readonly print: (line: string, name: string) => void;
  /** Called when somebody else asks a service to stop: a signal that reached it alone, or all processes at once. */
  readonly onStopRequested: (reason: string) => void;
}

/** A task, and the versions of it that lie there. */
export interface DeclaredTask extends TaskFile {
  readonly versions: readonly string[];
}

/**
 * The tasks that a folder of models declares and has models for: those that every suite has first, then by name.
 *
 * @throws {Error} one sentence about a `task.json` that cannot be used
 */
export async function declaredTasks(modelsDir: string): Promise<DeclaredTask[]> {
  const files = await findTaskFiles(modelsDir);
  const place = ({ task }: TaskFile): number => builtInTasks.findIndex((name) => name === task) + 1 || builtInTasks.length + 1;
  const found: DeclaredTask[] = [];
  for (const file of files.toSorted((a, b) => place(a) - place(b))) {
    const names = (await readdir(join(modelsDir, file.task))).filter((name) => versionPattern.test(name));
    if (names.length > 0) found.push({ ...file, versions: names.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))) });
  }
  return found;
}

interface Member {
  readonly name: string;
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What it said before its log was shown. */
  readonly early: string[];
}

/** The gateway and a service for each task on one machine, each its own process, as in a cluster. */
export class Suite {
  /** By service, the gateway first. */
  readonly ports: Readonly<Record<string, number>>;
  /** Settles with a sentence when a service ends that was not asked to. */
  readonly ended: Promise<string>;
  readonly #options: SuiteOptions;
  readonly #behind: readonly string[];
  readonly #members: Member[] = [];
  readonly #ready = new Set<Member>();
  #settleEnded: (reason: string) => void = () => undefined;
  #showing = false;
  #stopping = false;

  constructor(options: SuiteOptions) {
    this.#options = options;
    const { env, tasks, firstPort } = options;
    this.#behind = tasks.map(({ task }) => task);
    const names = [gatewayName, ...this.#behind];
    // Each task has the next port after the gateway's usual one, the tasks that every suite has their own.
    const firstFree = Math.max(gatewayPort, ...taskContracts.map(({ port }) => port)) + 1;
    const others = this.#behind.filter((name) => !taskContracts.some(({ task }) => task === name));
    const usual = (name: string): number => taskContracts.find(({ task }) => task === name)?.port ?? firstFree + others.indexOf(name);
    this.ports = Object.fromEntries(
      names.map((name, index) => {
        if (firstPort !== undefined) return [name, firstPort + index];
        return [name, Number(env[portSetting(name)] ?? (name === gatewayName ? gatewayPort : usual(name)))];
      }),
    );
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
  }

  /** Names of all services, the gateway first. */
  get names(): readonly string[] {
    return Object.keys(this.ports);
  }

  url(name: string): string {
    return `http://${name === gatewayName ? reachableHost(this.#options.env['HOST']) : '127.0.0.1'}:${this.ports[name]}`;
  }

  /**
   * Starts all services and waits until each is ready; the gateway last, so that whoever finds its port open is served.
   *
   * @throws {Error} one line that says which service cannot start, and why
   */
  async start(): Promise<void> {
    for (const name of this.names) await requireFree(name, this.ports[name]!);
    for (const group of [this.#behind, [gatewayName]]) {
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
    for (const group of [[gatewayName], this.#behind]) {
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

  #spawn(name: string): Member {
    const { env, directory, settings, tasks } = this.#options;
    const task = tasks.find((each) => each.task === name);
    // A laptop has other things to do: one process a service is enough, and leaves the heavy ones their threads.
    const kind: TaskContract | undefined = task && kinds[task.kind];
    const workers = kind?.isHeavy ? {} : { WORKERS: '1' };
    const child = spawn(process.execPath, [...process.execArgv, programOf(task?.kind ?? gatewayName)], {
      cwd: directory,
      // Its own process group: Ctrl-C in a terminal must reach the services in order, through stop().
      detached: true,
      // Over the channel a service is asked to stop; when this process dies, the channel closes, and the service drains and ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...runtimeTuningEnv,
        LOG_FORMAT: process.stdout.isTTY ? 'pretty' : 'json',
        DRAIN_DELAY: '200ms',
        ...workers,
        ...(task ? { TASK: task.task } : this.#gatewaySettings()),
        ...env,
        ...(task ? { MODEL_VERSIONS: this.#versionsOf(task).join(',') } : this.#defaultOptions()),
        // Only the gateway is reached from outside, where HOST says so.
        OPERATIONS_PORT: (name === gatewayName && env['OPERATIONS_PORT']) || '',
        HOST: (name === gatewayName && env['HOST']) || 'localhost',
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

  /** Those of `MODEL_VERSIONS`, as far as they lie there; all of a task that has none of them. */
  #versionsOf({ versions }: DeclaredTask): readonly string[] {
    const wanted = (this.#options.env['MODEL_VERSIONS'] ?? '').split(',').map((name) => name.trim());
    const chosen = versions.filter((version) => wanted.includes(version));
    return chosen.length > 0 ? chosen : versions;
  }

  /** Where the gateway finds each task, and what it is told of it. */
  #gatewaySettings(): Record<string, string> {
    const entries = this.#options.tasks.map((declared) => {
      const { task, title, description, limits } = declared;
      const { prefix } = settingNames(task);
      return {
        [`${prefix}_URL`]: this.url(task),
        [`${prefix}_VERSIONS`]: this.#versionsOf(declared).join(','),
        ...(title !== undefined && { [`${prefix}_TITLE`]: title }),
        ...(description !== undefined && { [`${prefix}_DESCRIPTION`]: description }),
        ...(limits?.bodyMaxBytes !== undefined && { [`${prefix}_BODY_MAX_BYTES`]: String(limits.bodyMaxBytes) }),
      };
    });
    const settings = Object.assign({ TASKS: this.#options.tasks.map(({ task, kind }) => `${task}:${kind}`).join(',') }, ...entries) as Record<string, string>;
    // What was set under an older name holds as well.
    const isSet = (name: string): boolean => this.#options.env[name.replace('TASK_', '')] !== undefined;
    return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith('TASK_') || !isSet(name)));
  }

  /** Defaults of the options of requests as each service has them: what its task declares, and over it what is set, one by one. */
  #defaultOptions(): Record<string, string> {
    const entries = this.#options.tasks.map(({ task, defaults }) => {
      const name = `${settingNames(task).prefix}_DEFAULTS`;
      const text = this.#options.env[name];
      const set = text === undefined ? {} : readObject(text);
      // The gateway says what is wrong with it.
      if (set === undefined) return [name, text!] as const;
      return [name, JSON.stringify({ ...defaults, ...set })] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== '{}'));
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

/** An object in JSON; undefined where the text is something else. */
function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
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

/** The setting that chooses the port of a service on this machine. */
function portSetting(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
}

function requireFree(name: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(new Error(`${name} cannot start: port ${port} is taken. Stop what listens there, or set ${portSetting(name)} to another.`)),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
