import { endWithTests } from '@facet/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Pods as processes, each on an address of its own and all on one port, as in a cluster. */
export class Pods {
  readonly port: number;
  readonly #processes: ReadonlyMap<string, ChildProcess>;

  private constructor(port: number, processes: ReadonlyMap<string, ChildProcess>) {
    this.port = port;
    this.#processes = processes;
  }

  /** @param hosts such as 127.0.0.2 and up: Linux answers on all of 127.0.0.0/8 */
  static async start(hosts: readonly string[]): Promise<Pods> {
    const processes = new Map<string, ChildProcess>();
    let port = 0;
    for (const host of hosts) {
      const child = endWithTests(
        spawn(process.execPath, [join(__dirname, 'pod-process.ts')], {
          env: { HOST: host, PORT: String(port) },
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      );
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      port = Number(line.toString());
      processes.set(host, child);
    }
    return new Pods(port, processes);
  }

  /** SIGKILL: dead, its address refuses. SIGSTOP: its connections stay open and nothing comes over them, as when an address vanishes. */
  signal(host: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#processes.get(host)!.kill(signal);
  }

  stop(): void {
    for (const child of this.#processes.values()) child.kill('SIGKILL');
  }
}
