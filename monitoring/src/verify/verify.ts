import { spawnSuite } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { ruleText } from '../files.ts';
import { lintMetrics } from '../lint/lint-metrics.ts';
import { realPace } from '../pace.ts';
import { drawDashboards } from '../pictures/draw-dashboards.ts';
import { ruleFile } from '../rules/index.ts';
import { startPrometheus, type Prometheus } from './prometheus.ts';
import { questions, type Question } from './questions.ts';
import { targetsOf } from './targets.ts';
import { startTraffic } from './traffic.ts';

const trafficSeconds = 45;

interface VerifyOptions {
  /** The gateway of a running suite; without one, a suite is started. */
  readonly gateway?: string | undefined;
  /** Folder for a picture of each dashboard. */
  readonly pictures?: string | undefined;
}

/**
 * Asks every query of every panel and rule of a real Prometheus that scrapes a suite under mixed traffic.
 *
 * @returns what is wrong, a line each
 */
export async function verify({ gateway, pictures }: VerifyOptions): Promise<string[]> {
  const suite = gateway === undefined ? await spawnSuite({ ACCESS_LOG: 'false' }) : undefined;
  const base = gateway ?? suite!.gateway.url;
  const targets = targetsOf(base, 'laptop');
  const prometheus = await startPrometheus(ruleText(ruleFile(realPace)), targets);
  const traffic = await startTraffic(base);
  try {
    console.log(`Prometheus scrapes ${base}; ${trafficSeconds} s of mixed traffic …`);
    await sleep(trafficSeconds * 1000);
    const faults = [...(await unanswered(prometheus)), ...(await lintAll(targets.map(({ url }) => url)))];
    if (pictures !== undefined) await drawDashboards(prometheus, pictures, trafficSeconds);
    return faults;
  } finally {
    await traffic.stop();
    await prometheus.stop();
    await suite?.stop();
  }
}

async function unanswered(prometheus: Prometheus): Promise<string[]> {
  const asked = questions();
  const faults: string[] = [];
  const excused = new Map<string, string[]>();
  for (const question of asked) {
    const fault = await faultOf(prometheus, question);
    if (fault === undefined) continue;
    const { where, emptyBecause } = question;
    if (fault !== 'no data' || emptyBecause === undefined) faults.push(`${where}: ${fault}: ${question.expr}`);
    else excused.set(emptyBecause, [...(excused.get(emptyBecause) ?? []), where]);
  }
  console.log(`${asked.length} queries asked, ${asked.length - faults.length - [...excused.values()].flat().length} returned data.`);
  for (const [reason, where] of excused) console.log(`empty, as expected, because ${reason}:\n${where.map((line) => `  ${line}`).join('\n')}`);
  return faults;
}

async function faultOf(prometheus: Prometheus, { expr }: Question): Promise<string | undefined> {
  try {
    const samples = await prometheus.query(expr);
    return samples.some(({ value }) => Number.isFinite(value)) ? undefined : 'no data';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function lintAll(urls: readonly string[]): Promise<string[]> {
  const faults = await Promise.all(urls.map(async (url) => lintMetrics(await (await fetch(url)).text()).map((fault) => `${url}: ${fault}`)));
  return faults.flat();
}
