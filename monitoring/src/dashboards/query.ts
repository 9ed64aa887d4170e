import { select } from '../selectors.ts';

/** Series that the dashboard's variables leave: every panel follows the namespace. */
export function shown(metric: string, ...matchers: readonly string[]): string {
  return select(metric, 'namespace=~"$namespace"', ...matchers);
}

export const chosenService = 'service=~"$service"';
export const chosenVersion = 'version=~"$version"';

/** Events a second, added up by some labels. */
export function perSecond(series: string, by = ''): string {
  return `sum${by === '' ? '' : ` by (${by})`} (rate(${series}[$__rate_interval]))`;
}

/**
 * A quantile of a histogram.
 *
 * @param metric its name without `_bucket`
 * @param by labels that stay apart
 */
export function quantile(q: number, metric: string, by: string, ...matchers: readonly string[]): string {
  return `histogram_quantile(${q}, sum by (${[by, 'le'].filter(Boolean).join(', ')}) (rate(${shown(`${metric}_bucket`, ...matchers)}[$__rate_interval])))`;
}

/** Mean of a histogram. */
export function mean(metric: string, by: string, ...matchers: readonly string[]): string {
  return `${perSecond(shown(`${metric}_sum`, ...matchers), by)} / (${perSecond(shown(`${metric}_count`, ...matchers), by)} > 0)`;
}
