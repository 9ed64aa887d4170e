import type { Pace } from '../../pace.ts';
import { select } from '../../selectors.ts';
import type { Alert } from '../rule.ts';

/** Does the gateway find someone to ask? The label `service` is here the service that is asked. */
export function alertOnUpstreams(pace: Pace): Alert[] {
  return [
    {
      alert: 'NoEndpoints',
      severity: 'critical',
      value: `max by (namespace, service, version) (${select('upstream_endpoints', 'state="ready"')})`,
      below: 1,
      for: pace('2m'),
      summary: 'The gateway has no endpoint for {{ $labels.service }} {{ $labels.version }}',
      description: 'The gateway in {{ $labels.namespace }} has {{ $value }} ready endpoints for {{ $labels.service }} {{ $labels.version }}.',
    },
    {
      alert: 'EndpointsEjected',
      severity: 'warning',
      value: `sum by (namespace, service, version) (increase(${select('upstream_ejections_total')}[${pace('15m')}]))`,
      above: 3,
      for: pace('0m'),
      summary: 'Endpoints of {{ $labels.service }} {{ $labels.version }} keep failing',
      description:
        'The gateway in {{ $labels.namespace }} ejected endpoints of {{ $labels.service }} {{ $labels.version }} {{ $value | humanize }} times within 15 minutes.',
    },
  ];
}
