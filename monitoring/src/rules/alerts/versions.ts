import type { Pace } from '../../pace.ts';
import { versionErrors, versionRequests, versionSlow } from '../recordings.ts';
import type { Alert } from '../rule.ts';

/** Which version is worse? */
export function alertOnVersions(pace: Pace): Alert[] {
  /** How much more of it a version has than the best of its task, of those that are asked often enough to tell; zero for the best itself. */
  const excess = (ratio: string): string => {
    const known = `(${ratio} and on (namespace, service, version) ${versionRequests} > 0.1)`;
    return `${known} - on (namespace, service) group_left () min by (namespace, service) ${known}`;
  };
  return [
    {
      alert: 'ErrorRatioHigh',
      severity: 'critical',
      value: versionErrors,
      above: 0.05,
      for: pace('5m'),
      summary: '{{ $labels.service }} {{ $labels.version }} has a high error rate',
      description:
        '{{ $value | humanizePercentage }} of the predictions of {{ $labels.service }} {{ $labels.version }} in {{ $labels.namespace }} fail (limit 5 %).',
    },
    {
      alert: 'VersionFailsMore',
      severity: 'warning',
      value: excess(versionErrors),
      above: 0.02,
      for: pace('10m'),
      summary: '{{ $labels.service }} {{ $labels.version }} fails more often than another version',
      description:
        'In {{ $labels.namespace }} the error rate of {{ $labels.service }} {{ $labels.version }} is above that of the best other version by {{ $value | humanizePercentage }} (limit 2 %).',
    },
    {
      alert: 'VersionSlower',
      severity: 'warning',
      value: excess(versionSlow),
      above: 0.1,
      for: pace('10m'),
      summary: '{{ $labels.service }} {{ $labels.version }} misses its latency objective more often than another version',
      description:
        'In {{ $labels.namespace }} the rate of slow predictions of {{ $labels.service }} {{ $labels.version }} is above that of the best other version by {{ $value | humanizePercentage }} (limit 10 %).',
    },
  ];
}
