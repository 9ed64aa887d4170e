import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Outcome {
  /** 0 where the connection failed; the code says how. */
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** When it was sent, and what it took. */
  readonly sentAt: number;
  readonly ms: number;
}

export interface Ask {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Sends predictions over kept connections and notes what became of each. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(url: string) {
    this.#url = url;
  }

  one({ path = '/digit/v1/predict', headers = {}, body = '{}' }: Ask = {}): Promise<Outcome> {
    const sentAt = performance.now();
    return new Promise((resolve) => {
      const end = (status: number, code?: string, answered: IncomingHttpHeaders = {}): void => {
        const outcome = { status, code, headers: answered, sentAt, ms: performance.now() - sentAt };
        this.outcomes.push(outcome);
        resolve(outcome);
      };
      const call = request(
        this.#url + path,
        { method: 'POST', agent: this.#agent, headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('end', () => {
            const { statusCode = 0 } = answer;
            end(statusCode, statusCode < 400 ? undefined : /"code":"([a-z-]+)"/.exec(Buffer.concat(chunks).toString())?.[1], answer.headers);
          });
          answer.once('error', (error: NodeJS.ErrnoException) => end(0, error.code));
        },
      );
      call.once('error', (error: NodeJS.ErrnoException) => end(0, error.code));
      call.end(body);
    });
  }

  /** Some clients ask again as soon as they have an answer; who is refused waits about so long before. */
  async closed(clients: number, ms: number, ask?: Ask, pauseMs = 20): Promise<Outcome[]> {
    const until = performance.now() + ms;
    const own: Outcome[] = [];
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < until) {
          const outcome = await this.one(ask);
          own.push(outcome);
          if (outcome.status !== 200) await sleep(pauseMs * (0.5 + Math.random()));
        }
      }),
    );
    return own;
  }

  /** So many a second whether or not those before are answered; what a stalled process missed is made up for. */
  async open(perSecond: number, ms: number, ask?: Ask): Promise<Outcome[]> {
    const beganAt = performance.now();
    const sent: Promise<Outcome>[] = [];
    for (let at = 0; at < ms; at = performance.now() - beganAt) {
      while (sent.length < (at / 1000) * perSecond) sent.push(this.one(ask));
      await sleep(5);
    }
    return Promise.all(sent);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** How many of each status and code, such as `{ '200': 12, '503 overloaded': 3 }`. */
export function countByStatus(outcomes: readonly Outcome[]): Record<string, number> {
  const name = ({ status, code }: Outcome): string => (code === undefined ? String(status) : `${status} ${code}`);
  return Object.fromEntries([...Map.groupBy(outcomes, name)].map(([what, all]) => [what, all.length]));
}

export function succeeded(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ status }) => status === 200);
}

/** One metric's value, 0 where it was never counted. */
export async function metric(url: string, line: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers });
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  const text = await response.text();
  return Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

/** A measurement that a busy machine may have spoiled is made again, three times at most; the last word is its own. */
export async function retryMeasurement(measure: () => Promise<void>, tries = 3): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await measure();
      return;
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}
