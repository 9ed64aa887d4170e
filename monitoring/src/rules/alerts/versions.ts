import type { Pace } from '../../pace.ts';
import { versionErrors, versionRequests, versionSlow } from '../recordings.ts';
import type { Alert } from '../rule.ts';

/** Which version is worse? */
export function alertOnVersions(pace: Pace): Alert[] {
  /** How much more of it v2 has than v1, where v2 is asked often enough to tell. */
  const excess = (ratio: string): string => `${ratio}{version="v2"} - on (namespace, service) group_left () ${ratio}{version="v1"}`;
  const asked = `${versionRequests}{version="v2"} > 0.1`;
  return [
    {
      alert: 'ErrorRatioHigh',
      severity: 'critical',
      value: versionErrors,
      above: 0.05,
      for: pace('5m'),
      summary: '{{ $labels.service }} {{ $labels.version }} fails',
      description:
        '{{ $value | humanizePercentage }} of the predictions of {{ $labels.service }} {{ $labels.version }} in {{ $labels.namespace }} fail (limit 5 %).',
    },
    {
      alert: 'V2FailsMoreThanV1',
      severity: 'warning',
      value: excess(versionErrors),
      above: 0.02,
      also: asked,
      for: pace('10m'),
      summary: 'v2 of {{ $labels.service }} fails more often than v1',
      description:
        'In {{ $labels.namespace }} the share of failed predictions of {{ $labels.service }} v2 is above that of v1 by {{ $value | humanizePercentage }} (limit 2 %).',
    },
    {
      alert: 'V2SlowerThanV1',
      severity: 'warning',
      value: excess(versionSlow),
      above: 0.1,
      also: asked,
      for: pace('10m'),
      summary: 'v2 of {{ $labels.service }} misses its latency objective more often than v1',
      description:
        'In {{ $labels.namespace }} the share of slow predictions of {{ $labels.service }} v2 is above that of v1 by {{ $value | humanizePercentage }} (limit 10 %).',
    },
  ];
}
