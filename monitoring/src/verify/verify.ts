import { spawnSuite } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { ruleText } from '../files.ts';
import { lintMetrics } from '../lint/lint-metrics.ts';
import { realPace } from '../pace.ts';
import { drawDashboards } from '../pictures/draw-dashboards.ts';
import { ruleFile } from '../rules/index.ts';
import { scrapeConfig } from '../scrape-config.ts';
import { askAll } from './ask-all.ts';
import { startPrometheus } from './prometheus.ts';
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
  const targets = await targetsOf(base, 'laptop');
  const prometheus = await startPrometheus({ rules: ruleText(ruleFile(realPace)), scrapeConfigs: [scrapeConfig(targets)] });
  const traffic = await startTraffic(base);
  try {
    console.log(`Prometheus scrapes ${base}; ${trafficSeconds} s of mixed traffic …`);
    await sleep(trafficSeconds * 1000);
    const { asked, answered, excused, faults: unanswered } = await askAll(prometheus);
    console.log(`${asked} queries asked, ${answered} returned data.`);
    for (const [reason, where] of excused) console.log(`empty, as expected, because ${reason}:\n${where.map((line) => `  ${line}`).join('\n')}`);
    const faults = [...unanswered, ...(await lintAll(targets.map(({ url }) => url)))];
    if (pictures !== undefined) await drawDashboards(prometheus, pictures, trafficSeconds);
    return faults;
  } finally {
    await traffic.stop();
    await prometheus.stop();
    await suite?.stop();
  }
}

async function lintAll(urls: readonly string[]): Promise<string[]> {
  const faults = await Promise.all(urls.map(async (url) => lintMetrics(await (await fetch(url)).text()).map((fault) => `${url}: ${fault}`)));
  return faults.flat();
}
