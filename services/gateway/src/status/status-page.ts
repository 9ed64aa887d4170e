import type { Plane } from '@facet/contracts';
import type { Reply } from '@facet/http';
import { aggregatedRegistry, type Metrics } from '@facet/telemetry';
import type { Service } from '../route/service.ts';
import type { PageFrame } from '../site/serve-site.ts';
import { partsOfPort } from '../site/parts-of-port.ts';
import { parseSamples } from './parse-samples.ts';
import { renderStatus } from './render-status.ts';
import { scrapeService } from './scrape-service.ts';
import { compareSnapshots, type Snapshot } from './suite-status.ts';

const refreshSeconds = 5;
/** A page that is asked for twice at once compares with the same time before. */
const youngestMs = 2000;
const oldestMs = 60_000;

/**
 * Answers `GET /status`, from the metrics of the gateway and the services. Nothing is asked while nobody looks: what changed is told
 * since the page was last looked at, or since the start.
 *
 * @param page the built page that it is put into, and its headers
 * @param plane of the port that serves it, where operations have one of their own
 */
export function createStatusPage(metrics: Metrics, services: readonly Service[], page: PageFrame | undefined, plane?: Plane): () => Promise<Reply> {
  let snapshots: Snapshot[] = [{ at: performance.now(), gateway: [], services: new Map() }];

  return async () => {
    const now = await takeSnapshot(metrics, services);
    // The youngest of those that are old enough; the first look has only the start to compare with.
    const before = snapshots.findLast(({ at }) => now.at - at >= youngestMs) ?? snapshots[0]!;
    snapshots = [...snapshots.filter(({ at }) => at >= before.at && now.at - at < oldestMs), now];
    const statuses = compareSnapshots(before, now, new Map(services.map(({ task, weights }) => [task, weights])));
    const html = renderStatus(statuses, { seconds: (now.at - before.at) / 1000, refreshSeconds, frame: page?.html });
    const body = plane ? partsOfPort(html, plane) : html;
    return { body, type: 'text/html; charset=utf-8', headers: { ...page?.headers, 'cache-control': 'no-store' } };
  };
}

async function takeSnapshot(metrics: Metrics, services: readonly Service[]): Promise<Snapshot> {
  const asked = services.map(async (service) => [service.task, await scrapeService(service)] as const);
  const [{ registry }, ...answers] = await Promise.all([aggregatedRegistry(metrics), ...asked]);
  return { at: performance.now(), gateway: parseSamples(await registry.metrics()), services: new Map(answers) };
}
