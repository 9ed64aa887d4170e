import { freePort } from '@facet/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Line {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and a value. */
  readonly points: readonly (readonly [number, number])[];
}

/** A real Prometheus of our own. */
export interface Prometheus {
  /** @throws {Error} what Prometheus says is wrong with the query */
  query(expr: string): Promise<Sample[]>;
  range(expr: string, fromSeconds: number, toSeconds: number, stepSeconds: number): Promise<Line[]>;
  stop(): Promise<void>;
}

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
  };
}

export interface PrometheusOptions {
  /** A rule file. */
  readonly rules: string;
  /** As in its configuration. */
  readonly scrapeConfigs: readonly object[];
  /** Between two rounds of rules, and between two scrapes where a scrape config names no interval. */
  readonly intervalSeconds?: number;
}

/**
 * Starts Prometheus.
 *
 * @throws {Error} when it does not start; what it logged is in the message
 */
export async function startPrometheus({ rules, scrapeConfigs, intervalSeconds = 1 }: PrometheusOptions): Promise<Prometheus> {
  const every = `${intervalSeconds}s`;
  const configuration = stringify({
    global: { scrape_interval: every, evaluation_interval: every, scrape_timeout: every },
    rule_files: ['rules.yaml'],
    scrape_configs: scrapeConfigs,
  });
  const folder = await mkdtemp(join(tmpdir(), 'facet-prometheus-'));
  await writeFile(join(folder, 'rules.yaml'), rules);
  await writeFile(join(folder, 'prometheus.yml'), configuration);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn('prometheus', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) break;
    if (child.exitCode !== null || tries > 150) {
      await stop();
      throw new Error(`Prometheus does not start:\n${said.join('')}`);
    }
    await sleep(100);
  }

  const ask = async (path: string, parameters: Readonly<Record<string, string>>): Promise<NonNullable<Answer['data']>['result']> => {
    const answer = await fetch(`${base}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    const { error, data } = (await answer.json()) as Answer;
    if (data === undefined) throw new Error(error ?? `${answer.status}`);
    return data.result;
  };
  return {
    async query(expr) {
      const result = await ask('query', { query: expr });
      return result.map(({ metric, value }) => ({ metric, value: Number(value?.[1]) }));
    },
    async range(expr, from, to, step) {
      const result = await ask('query_range', { query: expr, start: String(from), end: String(to), step: String(step) });
      return result.map(({ metric, values = [] }) => ({ metric, points: values.map(([at, value]) => [at, Number(value)] as const) }));
    },
    stop,
  };
}
