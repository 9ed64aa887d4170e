/** One process to scrape. */
export interface Target {
  /** Of its `/metrics`. */
  readonly url: string;
  readonly namespace: string;
  readonly service: string;
}

/**
 * A `scrape_config` of Prometheus. Queries count on three things: the job is `facet`, each target names its `namespace` and `service`, and
 * labels that metrics bring themselves are kept (`version_weight` of the gateway names the service that it is for).
 */
export function scrapeConfig(targets: readonly Target[]): Record<string, unknown> {
  return {
    job_name: 'facet',
    honor_labels: true,
    static_configs: targets.map(({ url, namespace, service }) => {
      const { host, pathname } = new URL(url);
      return { targets: [host], labels: { namespace, service, ...(pathname !== '/metrics' && { __metrics_path__: pathname }) } };
    }),
  };
}
