import type { Target } from '../scrape-config.ts';
import { services } from '../selectors.ts';

/** The metrics of a whole suite through its gateway, which passes those of each service on. */
export function targetsOf(gateway: string, namespace: string): Target[] {
  return services.map((service) => ({ service, namespace, url: service === 'gateway' ? `${gateway}/metrics` : `${gateway}/${service}/metrics` }));
}
