export const tasks = ['gesture', 'digit', 'detection'] as const;
export type Task = (typeof tasks)[number];
export const services = ['gateway', ...tasks] as const;

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

/** Routes that carry work for a model, at the gateway and at the services. */
export const predicts = 'route=~".*/(predict|infer)"';
/** The same at a service alone, where the path names the version. */
export const predictsVersion = 'route=~"/v[0-9]+/predict"';

/** Adds up a rate by the version in a service's route. */
export function byVersion(rate: string): string {
  return `sum by (namespace, service, version) (label_replace(${rate}, "version", "$1", "route", "/(v[0-9]+)/predict"))`;
}
