import type { Pace } from '../../pace.ts';
import { select } from '../../selectors.ts';
import type { Alert } from '../rule.ts';

const emptyBecause = 'the metric comes from kube-state-metrics, which needs a cluster';
/** Names that the charts give, whatever the release and the task are called: `facet-gateway`, `facet-digit-v1`. */
const workload = '(.+-)?gateway|.+-v[0-9]+';
/** Others have such names too: only where Facet is scraped they are its own. */
const besideFacet = `and on (namespace) count by (namespace) (${select('up')})`;

/** Is it there at all, and has the cluster room for it? */
export function alertOnPlatform(pace: Pace): Alert[] {
  const seen = (offset: string): string => `count by (namespace, service) (${select('up')}${offset})`;
  const perScaler = (metric: string): string => `max by (namespace, horizontalpodautoscaler) (${metric}{horizontalpodautoscaler=~"${workload}"})`;
  return [
    {
      alert: 'ScrapeFailing',
      severity: 'critical',
      value: select('up'),
      below: 1,
      for: pace('5m'),
      summary: 'Prometheus cannot scrape {{ $labels.service }}',
      description: '{{ $labels.instance }} of {{ $labels.service }} in {{ $labels.namespace }} has not been scraped successfully for 5 minutes.',
    },
    {
      alert: 'ScrapeMissing',
      severity: 'critical',
      value: `${seen(` offset ${pace('1h')}`)} unless ${seen('')}`,
      for: pace('5m'),
      summary: '{{ $labels.service }} has no scrape target',
      description: 'An hour ago Prometheus scraped {{ $value }} targets of {{ $labels.service }} in {{ $labels.namespace }}; now there is none.',
      emptyBecause: 'it is what was there an hour ago and is not any more',
    },
    {
      alert: 'HpaAtMaximum',
      severity: 'warning',
      value: `(${perScaler('kube_horizontalpodautoscaler_status_current_replicas')} / ${perScaler('kube_horizontalpodautoscaler_spec_max_replicas')} ${besideFacet})`,
      atLeast: 1,
      for: pace('15m'),
      summary: '{{ $labels.horizontalpodautoscaler }} is at its maximum',
      description:
        '{{ $labels.horizontalpodautoscaler }} in {{ $labels.namespace }} has run at {{ $value | humanizePercentage }} of its maximum size for 15 minutes.',
      emptyBecause,
    },
    {
      alert: 'PodsRestarting',
      severity: 'warning',
      value: `(sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{pod=~"(${workload})-.+"}[${pace('15m')}])) ${besideFacet})`,
      above: 2,
      for: pace('0m'),
      summary: '{{ $labels.pod }} keeps restarting',
      description: 'Containers of {{ $labels.pod }} in {{ $labels.namespace }} were restarted {{ $value | humanize }} times within 15 minutes.',
      emptyBecause,
    },
    {
      alert: 'RedisFailing',
      severity: 'warning',
      value: `max by (namespace, service, instance, purpose) (${select('redis_failing')})`,
      atLeast: 1,
      for: pace('2m'),
      summary: '{{ $labels.service }} cannot use Redis',
      description:
        '{{ $labels.instance }} of {{ $labels.service }} in {{ $labels.namespace }} has not been able to use Redis ({{ $labels.purpose }}) for 2 minutes. Without state, each pod enforces rate limits and quotas locally; without cache, predictions are computed again.',
      emptyBecause: 'no REDIS_URL is set',
    },
  ];
}
