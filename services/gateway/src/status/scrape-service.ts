import type { Upstream } from '../forward/upstream.ts';
import type { Service } from '../route/service.ts';
import { askBriefly } from '../suite-health.ts';
import { parseSamples, type Sample } from './parse-samples.ts';

async function scrape(upstream: Upstream): Promise<Sample[] | undefined> {
  try {
    const { status, body } = await askBriefly(upstream, '/metrics');
    return status === 200 ? parseSamples(body.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** The metrics of a service, of each version where they run apart; undefined where nobody answers. */
export async function scrapeService({ upstreams }: Service): Promise<Sample[] | undefined> {
  const apart = [...upstreams].filter(([, version]) => version !== 'any');
  const asked = apart.length > 0 ? apart : [...upstreams];
  const answers = (await Promise.all(asked.map(([upstream]) => scrape(upstream)))).filter((samples) => samples !== undefined);
  return answers.length === 0 ? undefined : answers.flat();
}
