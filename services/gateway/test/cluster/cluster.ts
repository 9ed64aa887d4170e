import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeApi } from './fake-api.ts';
import { Pods } from './pods.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly pod?: string; readonly path?: string; readonly code?: string };
}

/** An API server, some pods, and a gateway that finds them through it. */
export class Cluster {
  readonly api: FakeApi;
  readonly pods: Pods;
  readonly gateway: SpawnedService;
  readonly folder: string;

  private constructor(api: FakeApi, pods: Pods, gateway: SpawnedService, folder: string) {
    this.api = api;
    this.pods = pods;
    this.gateway = gateway;
    this.folder = folder;
  }

  /**
   * @param prepare sets the first slices
   * @param env of the gateway
   */
  static async start(hosts: readonly string[], prepare: (api: FakeApi, pods: Pods, folder: string) => Record<string, string>): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
    const api = new FakeApi();
    const pods = await Pods.start(hosts);
    await api.start();
    const env = prepare(api, pods, folder);
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, api.kubeconfig());
    const gateway = await spawnService('gateway', { DISCOVERY: 'kubernetes', KUBECONFIG: kubeconfig, ACCESS_LOG: 'false', ...env });
    return new Cluster(api, pods, gateway, folder);
  }

  async predict(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(`${this.gateway.url}${path}`, { method: 'POST', headers, body: '{}' });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
  }

  /** Which pods answered how many of some requests. */
  async spread(path: string, requests = 60): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let sent = 0; sent < requests; sent += 1) {
      const { body, status } = await this.predict(path);
      const who = body.pod ?? String(status);
      counts[who] = (counts[who] ?? 0) + 1;
    }
    return counts;
  }

  /** One metric's value, 0 where it was never counted. */
  async metric(line: string): Promise<number> {
    const text = await (await fetch(`${this.gateway.url}/metrics`)).text();
    const found = text.split('\n').find((each) => each.startsWith(`${line} `));
    return Number(found?.split(' ').at(-1) ?? 0);
  }

  /** Lines of the gateway's log that say this. */
  said(words: RegExp): Record<string, unknown>[] {
    return this.gateway.log.filter(({ msg }) => words.test(String(msg)));
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    this.pods.stop();
    this.api.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** Waits until something holds, for 30 s at most. */
export async function eventually(holds: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(20)) if (await holds()) return;
  throw new Error(`${what} did not come about within 30 s`);
}
