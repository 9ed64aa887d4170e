import { endWithTests } from '@facet/testkit';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Fault = 'ok' | `slow:${number}` | 'silent' | 'broken' | 'closed' | `failing:${number}`;

interface BoundedOptions {
  readonly slots: number;
  readonly workMs: number;
  readonly host?: string;
  /** One that another host of 127.0.0.0/8 uses already, to be its neighbour. */
  readonly port?: number;
}

/** A service in a process of its own whose capacity is known: `slots / workMs`. It can be made to fail. */
export class BoundedService {
  readonly host: string;
  readonly port: number;
  readonly perSecond: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, host: string, port: number, perSecond: number) {
    this.#child = child;
    this.host = host;
    this.port = port;
    this.perSecond = perSecond;
  }

  static async start({ slots, workMs, host = '127.0.0.1', port = 0 }: BoundedOptions): Promise<BoundedService> {
    const child = endWithTests(
      fork(join(__dirname, 'bounded-process.ts'), {
        execArgv: [],
        env: { HOST: host, PORT: String(port), SLOTS: String(slots), WORK_MS: String(workMs) },
      }),
    );
    const [{ port: at }] = (await once(child, 'message')) as [{ port: number }];
    return new BoundedService(child, host, at, (slots / workMs) * 1000);
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** Predictions that it was asked for so far. */
  async asked(): Promise<number> {
    return (await this.#tell('asked')).asked!;
  }

  async become(fault: Fault): Promise<void> {
    await this.#tell(fault);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #tell(words: string): Promise<{ asked?: number }> {
    const told = once(this.#child, 'message');
    this.#child.send(words);
    return ((await told) as [{ asked?: number }])[0];
  }
}

/** Settings of a gateway before such services, one each or one for all. */
export function beforeServices(service: BoundedService): Record<string, string> {
  return { GESTURE_URL: service.url, DIGIT_URL: service.url, DETECTION_URL: service.url, ACCESS_LOG: 'false' };
}
