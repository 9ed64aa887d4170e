import { grows, pair, series, target, type SeriesValues } from './case.ts';

const posted = (version: string, status: string): Record<string, string> => ({ ...target('detection'), route: `/${version}/predict`, method: 'POST', status });

/** A hundred requests a minute to each version, so many of which fail. */
function failing(v1: number, v2: number): SeriesValues {
  return Object.fromEntries(
    Object.entries({ v1, v2 }).flatMap(([version, failed]) => [
      [series('http_requests_total', posted(version, '200')), grows(100 - failed)],
      [series('http_requests_total', posted(version, '500')), grows(failed)],
    ]),
  );
}

/** A hundred requests a minute to each version, so many of which take longer than a second. */
function slow(v1: number, v2: number): SeriesValues {
  return Object.fromEntries(
    Object.entries({ v1, v2 }).flatMap(([version, late]) => [
      [series('http_requests_total', posted(version, '200')), grows(100)],
      [series('http_request_duration_seconds_count', posted(version, '200')), grows(100)],
      [series('http_request_duration_seconds_bucket', { ...posted(version, '200'), le: '1' }), grows(100 - late)],
    ]),
  );
}

const service = { namespace: 'prod', service: 'detection' };

export const versionCases = [
  ...pair(
    'ErrorRatioHigh',
    '12m',
    {
      name: 'one prediction in ten fails',
      series: failing(0, 10),
      labels: { ...service, version: 'v2' },
      says: '10% of the predictions of detection v2 in prod fail (limit 5 %).',
    },
    { name: 'one prediction in fifty fails', series: failing(0, 2) },
  ),
  ...pair(
    'V2FailsMoreThanV1',
    '17m',
    {
      name: 'v2 fails four times as often',
      series: failing(1, 4),
      labels: { ...service, version: 'v2' },
      says: 'In prod the share of failed predictions of detection v2 is above that of v1 by 3% (limit 2 %).',
    },
    { name: 'both fail: that is no fault of v2', series: failing(30, 30) },
  ),
  ...pair(
    'V2SlowerThanV1',
    '17m',
    {
      name: 'v2 is too slow twice in five',
      series: slow(10, 40),
      labels: { ...service, version: 'v2' },
      says: 'In prod the share of slow predictions of detection v2 is above that of v1 by 30% (limit 10 %).',
    },
    { name: 'v1 is the slow one', series: slow(40, 10) },
  ),
];
