import type { Kind } from '../../packages/contracts/src/index.ts';
import type { Pace } from './pace.ts';

/**
 * Series of one metric of the suite. Every target is scraped as the job `facet` with the labels `namespace` and `service`
 * (`scrape-config.ts` says so to Prometheus).
 *
 * @param matchers such as `status=~"5.."`
 */
export function select(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${['job="facet"', ...matchers].join(',')}}`;
}

/** A bucket bound as a matcher: Prometheus 3 writes whole numbers as `1.0`, earlier ones as they are scraped. */
export function bound(seconds: number): string {
  return Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : `le="${seconds}"`;
}

/** Something that may have no series while all is well, as zero wherever `present` has some. */
export function orZero(query: string, present: string): string {
  return `((${query}) or 0 * (${present}))`;
}

/**
 * The tasks that are served, as a set to join with on `namespace` and `service`: services and the gateway export them as `task_info`.
 * One series a task, and a restart of all of them leaves no gap.
 *
 * @param kind of which they are; all without one
 */
export function servedTasks(pace: Pace, kind?: Kind): string {
  const matchers = kind === undefined ? [] : [`kind="${kind}"`];
  return `max by (namespace, service) (last_over_time(${select('task_info', ...matchers)}[${pace('5m')}]))`;
}

/** Adds up a rate at the gateway by the task, which its routes name: `/digit/v1/predict`, `/v2/models/digit/infer`. */
export function byTask(rate: string): string {
  return `sum by (namespace, service) (label_replace(${rate}, "service", "$1", "route", "/(?:v2/models/)?([a-z][a-z0-9-]*)/.*"))`;
}

/** Routes that carry work for a model, at the gateway and at the services. */
export const predicts = 'route=~".*/(predict|infer)"';
/** The same at a service alone, where the path names the version. */
export const predictsVersion = 'route=~"/v[0-9]+/predict"';

/** Adds up a rate by the version in a service's route. */
export function byVersion(rate: string): string {
  return `sum by (namespace, service, version) (label_replace(${rate}, "version", "$1", "route", "/(v[0-9]+)/predict"))`;
}
