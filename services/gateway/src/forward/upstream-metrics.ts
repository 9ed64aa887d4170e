import { Counter, Gauge, type Registry } from 'prom-client';
import type { Service } from '../route/service.ts';
import { retryReasons } from './attempt.ts';
import type { Endpoint } from './endpoint.ts';
import type { UpstreamEvents } from './upstream.ts';

const endpointStates = ['ready', 'serving', 'unready', 'ejected'] as const;

function stateOf({ state, ejection }: Endpoint): (typeof endpointStates)[number] {
  return state === 'ready' && ejection.isOut(performance.now()) ? 'ejected' : state;
}

export interface UpstreamMetrics {
  /** What one upstream tells of itself. */
  eventsOf(service: string, version: string): UpstreamEvents;
  /** Shows the endpoints and the weights of the services, as they are at each scrape. */
  watch(services: readonly Service[]): void;
}

export function createUpstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Requests that were sent again, by what was wrong with the attempt before',
    labelNames: ['service', 'reason'] as const,
    registers,
  });
  const exhausted = new Counter({
    name: 'upstream_retry_budget_exhausted_total',
    help: 'Requests that were not sent again because the retry budget was spent',
    labelNames: ['service'] as const,
    registers,
  });
  const ejections = new Counter({
    name: 'upstream_ejections_total',
    help: 'Times that an endpoint was left alone for a while because it failed',
    labelNames: ['service', 'version'] as const,
    registers,
  });
  return {
    eventsOf(service, version) {
      // A counter that appears with its first event shows no increase for it.
      for (const reason of retryReasons) retries.inc({ service, reason }, 0);
      exhausted.inc({ service }, 0);
      ejections.inc({ service, version }, 0);
      return {
        retried: (reason) => retries.inc({ service, reason }),
        budgetExhausted: () => exhausted.inc({ service }),
        ejected: () => ejections.inc({ service, version }),
      };
    },
    watch(services) {
      // Every process of the gateway sees the same endpoints and weights: they are not added up.
      const endpoints = new Gauge({
        name: 'upstream_endpoints',
        help: 'Endpoints behind the gateway: those that take requests, serve but are left alone, do not serve, failed and are left alone for a while',
        labelNames: ['service', 'version', 'state'] as const,
        aggregator: 'max',
        registers,
        collect() {
          for (const { task, upstreams } of services) {
            for (const [upstream, version] of upstreams) {
              const states = [...upstream.endpoints].map(stateOf);
              for (const state of endpointStates) endpoints.set({ service: task, version, state }, states.filter((other) => other === state).length);
            }
          }
        },
      });
      const shares = new Gauge({
        name: 'version_weight',
        help: 'Share of each version in the requests that leave it open, as configured',
        labelNames: ['service', 'version'] as const,
        aggregator: 'max',
        registers,
        collect() {
          for (const { task, available, weights } of services) for (const version of available) shares.set({ service: task, version }, weights[version] ?? 0);
        },
      });
    },
  };
}
