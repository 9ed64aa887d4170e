import { Counter, Gauge, type Registry } from 'prom-client';
import type { Service } from './service.ts';
import { retryReasons } from '../forward/attempt.ts';
import type { Endpoint } from '../forward/endpoint.ts';
import { refusals } from '../forward/admission-controller.ts';
import type { Upstream, UpstreamEvents } from '../forward/upstream.ts';

const endpointStates = ['ready', 'serving', 'unready', 'ejected'] as const;

function stateOf({ state, breaker }: Endpoint): (typeof endpointStates)[number] {
  return state === 'ready' && breaker.isOpen(performance.now()) ? 'ejected' : state;
}

function eachUpstream(services: readonly Service[], visit: (upstream: Upstream, labels: { service: string; version: string }) => void): void {
  for (const { task, upstreams } of services) for (const [upstream, version] of upstreams) visit(upstream, { service: task, version });
}

export interface UpstreamMetrics {
  /** What one upstream tells of itself. */
  eventsOf(service: string, version: string): UpstreamEvents;
  /** Shows the kinds, the endpoints and the weights of the services, as they are at each scrape. */
  watch(services: readonly Service[]): void;
}

export function createUpstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Retried requests, by failure of the previous attempt',
    labelNames: ['service', 'reason'] as const,
    registers,
  });
  const exhausted = new Counter({
    name: 'upstream_retry_budget_exhausted_total',
    help: 'Requests not retried because the retry budget was exhausted',
    labelNames: ['service'] as const,
    registers,
  });
  const ejections = new Counter({
    name: 'upstream_ejections_total',
    help: 'Outlier ejections of endpoints',
    labelNames: ['service', 'version'] as const,
    registers,
  });
  const opened = new Counter({
    name: 'upstream_breaker_opened_total',
    help: 'Times that the circuit breaker of a service opened',
    labelNames: ['service', 'version'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'upstream_refused_total',
    help: 'Predictions rejected before they were sent, by the open circuit breaker (breaker) or the concurrency limit (limit)',
    labelNames: ['service', 'version', 'reason'] as const,
    registers,
  });
  const hedges = new Counter({
    name: 'upstream_hedges_total',
    help: 'Hedged requests, by which attempt responded first',
    labelNames: ['service', 'winner'] as const,
    registers,
  });
  return {
    eventsOf(service, version) {
      // A counter that appears with its first event shows no increase for it.
      for (const reason of retryReasons) retries.inc({ service, reason }, 0);
      exhausted.inc({ service }, 0);
      ejections.inc({ service, version }, 0);
      opened.inc({ service, version }, 0);
      for (const reason of refusals) refused.inc({ service, version, reason }, 0);
      for (const winner of ['first', 'second'] as const) hedges.inc({ service, winner }, 0);
      return {
        hedged: (winner) => hedges.inc({ service, winner }),
        opened: () => opened.inc({ service, version }),
        refused: (reason) => refused.inc({ service, version, reason }),
        retried: (reason) => retries.inc({ service, reason }),
        budgetExhausted: () => exhausted.inc({ service }),
        ejected: () => ejections.inc({ service, version }),
      };
    },
    watch(services) {
      // Every process of the gateway sees the same tasks, endpoints and weights: they are not added up.
      const tasks = new Gauge({
        name: 'task_info',
        help: 'Tasks behind the gateway, with their kinds',
        labelNames: ['service', 'kind'] as const,
        aggregator: 'max',
        registers,
      });
      for (const { task, kind } of services) tasks.set({ service: task, kind }, 1);
      const endpoints = new Gauge({
        name: 'upstream_endpoints',
        help: 'Endpoints behind the gateway, by state',
        labelNames: ['service', 'version', 'state'] as const,
        aggregator: 'max',
        registers,
        collect() {
          eachUpstream(services, (upstream, labels) => {
            const states = [...upstream.endpoints].map(stateOf);
            for (const state of endpointStates) endpoints.set({ ...labels, state }, states.filter((other) => other === state).length);
          });
        },
      });
      const gates = new Gauge({
        name: 'upstream_breaker_open',
        help: '1 while the circuit breaker of a service is open in any process of the gateway',
        labelNames: ['service', 'version'] as const,
        aggregator: 'max',
        registers,
        collect() {
          eachUpstream(services, ({ admission }, labels) => gates.set(labels, admission.allows(performance.now()) ? 0 : 1));
        },
      });
      const inFlight = new Gauge({
        name: 'upstream_in_flight',
        help: 'Predictions in flight at a service',
        labelNames: ['service', 'version'] as const,
        registers,
        collect() {
          eachUpstream(services, ({ admission }, labels) => inFlight.set(labels, admission.inFlight));
        },
      });
      const limits = new Gauge({
        name: 'upstream_concurrency_limit',
        help: 'Concurrency limit of a service, in predictions',
        labelNames: ['service', 'version'] as const,
        registers,
        collect() {
          eachUpstream(services, ({ admission }, labels) => admission.limit !== undefined && limits.set(labels, admission.limit));
        },
      });
      const shares = new Gauge({
        name: 'version_weight',
        help: 'Configured traffic weight of each version',
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
