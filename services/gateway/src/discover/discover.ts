import type { Log } from '@facet/telemetry';
import type { Upstream } from '../forward/upstream.ts';
import { openCluster, type ClusterAccess, type ClusterSettings } from './cluster-access.ts';
import { endpointsOf, serviceLabel, type EndpointSlice } from './endpoint-slices.ts';
import { serviceOfUrl, type ServiceName } from './service-name.ts';
import { SliceWatch, type WatchState } from './slice-watch.ts';

interface DiscoveryOptions {
  readonly cluster: ClusterSettings;
  readonly upstreams: readonly Upstream[];
  readonly log: Log;
}

export interface Discovery {
  close(): void;
}

interface Named {
  readonly upstream: Upstream;
  readonly service: ServiceName;
}

/** What each state means to the reader of the log. */
const says: Readonly<Record<WatchState, string>> = {
  watching: 'pods are found by their EndpointSlices',
  forbidden: 'no permission to list and watch EndpointSlices; using DNS names or the last known endpoints',
  away: 'the API server is unreachable; using DNS names or the last known endpoints',
};

/**
 * Keeps the upstreams' endpoints as the cluster has them: a watch a namespace. An upstream whose Service is not found stays with its URL.
 *
 * Returns at once; until the first list is there, the names serve.
 */
export function discover({ cluster, upstreams, log }: DiscoveryOptions): Discovery {
  const ending = new AbortController();
  openCluster(cluster).then(
    (access) => watchAll(access, upstreams, log, ending.signal),
    (error: unknown) => log.warn({ detail: (error as Error).message }, 'Kubernetes discovery is unavailable; using DNS names of the services'),
  );
  return { close: () => ending.abort() };
}

function watchAll(access: ClusterAccess, upstreams: readonly Upstream[], log: Log, signal: AbortSignal): void {
  const named = upstreams.flatMap((upstream): Named[] => {
    const service = serviceOfUrl(upstream.url, access.namespace);
    return service ? [{ upstream, service }] : [];
  });
  for (const [namespace, members] of Map.groupBy(named, ({ service }) => service.namespace)) {
    const services = [...new Set(members.map(({ service }) => service.name))];
    const watch = new SliceWatch({
      access,
      namespace,
      services,
      signal,
      onSlices: (slices) => assign(slices, members, log),
      onState: (state, detail) => log[state === 'watching' ? 'info' : 'warn']({ namespace, services, ...(detail && { detail }) }, says[state]),
    });
    void watch.run();
  }
}

/** Gives each upstream the endpoints of its Service; its name where there is no slice, for then there is no such Service. */
function assign(slices: readonly EndpointSlice[], members: readonly Named[], log: Log): void {
  const byService = Map.groupBy(slices, ({ metadata }) => metadata.labels?.[serviceLabel]);
  for (const { upstream, service } of members) {
    const own = byService.get(service.name);
    const couldAnswer = upstream.canAnswer;
    upstream.setEndpoints(own && endpointsOf(own, new URL(upstream.url).protocol));
    if (upstream.canAnswer === couldAnswer) continue;
    if (couldAnswer) log.warn({ service: service.name }, 'no endpoint is available');
    else log.info({ service: service.name }, 'endpoints are available again');
  }
}
