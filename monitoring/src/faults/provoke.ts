import type { SpawnedService } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ruleText } from '../files.ts';
import { quickPace } from '../pace.ts';
import { ruleFile } from '../rules/index.ts';
import { scrapeConfig } from '../scrape-config.ts';
import { startPrometheus, type Prometheus } from '../verify/prometheus.ts';
import { keepAsking } from '../verify/traffic.ts';
import { scenarios, service as usualService, type Scenario } from './scenarios.ts';
import { untilFiring } from './until-firing.ts';

/** Most fire within half a minute; on a machine that does much else besides, scrapes and answers come late. */
const patienceSeconds = 180;
/** Ten seconds for five minutes, of one scrape a second. */
const pace = quickPace(30, 8);

/**
 * Breaks services on purpose and waits for the alerts that must say so, in a real Prometheus whose rules have short windows.
 *
 * @returns what did not fire, a line each
 */
export async function provoke(): Promise<string[]> {
  const hand = await readFile(join(import.meta.dirname, '..', '..', '..', 'examples', 'hand.json'), 'utf8');
  const services = await startAll();
  const targets = [...services].map(([{ name, service = usualService }, { url }]) => ({ url: `${url}/metrics`, namespace: name, service }));
  const prometheus = await startPrometheus({ rules: ruleText(ruleFile(pace)), scrapeConfigs: [scrapeConfig(targets)] });
  // Counters must be seen before they grow.
  while ((await prometheus.query('up == 1')).length < targets.length) await sleep(200);
  const stopping = new AbortController();
  const clients = [...services].flatMap(([scenario, { url }]) => {
    const { clients: count, paths = ['/v1/predict'], body = () => hand } = scenario;
    const requests = paths.map((path) => () => fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body(hand) }));
    return Array.from({ length: count }, () => keepAsking(requests, 50, stopping.signal));
  });
  try {
    const silent = await Promise.all(scenarios.flatMap(({ name, alerts }) => alerts.map((alert) => told(prometheus, alert, name))));
    // Last, for nothing else can be seen of a service that is gone.
    const [victim, gone] = [...services].at(-1)!;
    gone.process.kill('SIGKILL');
    silent.push(await told(prometheus, 'ScrapeFailing', victim.name));
    return silent.filter((line) => line !== undefined);
  } finally {
    stopping.abort();
    await Promise.all(clients);
    await prometheus.stop();
    await stopAll(services);
  }
}

/** One after another: side by side on a busy machine they would keep one another from becoming ready in time. */
async function startAll(): Promise<Map<Scenario, SpawnedService>> {
  const services = new Map<Scenario, SpawnedService>();
  try {
    for (const scenario of scenarios) services.set(scenario, await scenario.start());
    return services;
  } catch (error) {
    await stopAll(services);
    throw error;
  }
}

async function stopAll(services: ReadonlyMap<Scenario, SpawnedService>): Promise<void> {
  await Promise.all(
    [...services].map(async ([scenario, service]) => {
      await service.stop();
      await scenario.clean?.();
    }),
  );
}

/** Waits for an alert; gives back what is wrong when it does not come. */
async function told(prometheus: Prometheus, alert: string, namespace: string): Promise<string | undefined> {
  const seconds = await untilFiring(prometheus, { alertname: alert, namespace }, patienceSeconds);
  if (seconds === undefined) return `${namespace}: ${alert} did not fire within ${patienceSeconds} s`;
  console.log(`${namespace.padEnd(14)} ${alert} fires after ${seconds.toFixed(1)} s`);
  return undefined;
}
