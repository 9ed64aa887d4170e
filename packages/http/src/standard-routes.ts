import type { Operation } from '@facet/contracts';
import { openMetricsType, toOpenMetrics, aggregatedRegistry, type Metrics } from '@facet/telemetry';
import { compress } from './compress.ts';
import type { Shell } from './shell.ts';

/** Declares the probes: alive while the event loop turns, ready while `isReady` holds and the process does not drain. */
export function serveProbes(shell: Shell, { live, ready }: Readonly<Record<'live' | 'ready', Operation>>, isReady: () => boolean): void {
  shell.serve(live, () => ({ body: { status: 'alive' } }));
  shell.serve(ready, () =>
    isReady() && !shell.draining
      ? { body: { status: 'ready' } }
      : { status: 503, body: { status: shell.draining ? 'draining' : 'not ready' }, headers: { 'retry-after': '1' } },
  );
}

/** Declares `/metrics` over all processes of the service: Prometheus text or OpenMetrics, or for who accepts JSON a summary. */
export function serveMetrics(shell: Shell, operation: Operation, own: Metrics, summarise: (registry: Metrics['registry']) => Promise<unknown>): void {
  shell.serve(operation, async ({ request }) => {
    const { registry, exemplars } = await aggregatedRegistry(own);
    const { accept = '', 'accept-encoding': encodings } = request.headers;
    if (accept.includes('application/openmetrics-text'))
      return compress({ body: toOpenMetrics(await registry.metrics(), exemplars), type: openMetricsType, headers: { vary: 'accept' } }, encodings);
    if (accept.includes('application/json')) return { body: await summarise(registry), headers: { vary: 'accept' } };
    return compress({ body: await registry.metrics(), type: registry.contentType, headers: { vary: 'accept' } }, encodings);
  });
}
