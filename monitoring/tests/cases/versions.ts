import { grows, pair, served, series, target, type Case, type SeriesValues } from './case.ts';

const task = 'helmets';
const posted = (version: string, status: string): Record<string, string> => ({ ...target(task), route: `/${version}/predict`, method: 'POST', status });

/** Versions by how many requests of a hundred a minute go wrong. */
type Wrong = Readonly<Record<string, number>>;

/** Requests to each version, of which a percentage fails. */
function failing(versions: Wrong, aMinute = 100): SeriesValues {
  return Object.fromEntries(
    Object.entries(versions).flatMap(([version, failed]) => [
      [series('http_requests_total', posted(version, '200')), grows(((100 - failed) * aMinute) / 100)],
      [series('http_requests_total', posted(version, '500')), grows((failed * aMinute) / 100)],
    ]),
  );
}

/** A hundred requests a minute to each version, of which a number is some seconds. */
function slow(versions: Wrong, seconds = '1'): SeriesValues {
  return {
    ...served(task, 'detection'),
    ...Object.fromEntries(
      Object.entries(versions).flatMap(([version, late]) => [
        [series('http_requests_total', posted(version, '200')), grows(100)],
        [series('http_request_duration_seconds_count', posted(version, '200')), grows(100)],
        [series('http_request_duration_seconds_bucket', { ...posted(version, '200'), le: seconds }), grows(100 - late)],
      ]),
    ),
  };
}

const labels = (version: string): Record<string, string> => ({ namespace: 'prod', service: task, version });
const more = (what: 'failed' | 'slow', version: string, by: string): string =>
  `In prod the ${what === 'failed' ? 'error rate' : 'rate of slow predictions'} of ${task} ${version} is above that of the best other version by ${by} (limit ${what === 'failed' ? 2 : 10} %).`;

const silent = (alert: string, name: string, values: SeriesValues): Case => ({ alert, at: '17m', name, series: values, fires: [] });

export const versionCases: readonly Case[] = [
  ...pair(
    'ErrorRatioHigh',
    '12m',
    {
      name: 'one prediction in ten fails',
      series: failing({ v1: 0, v2: 10 }),
      labels: labels('v2'),
      says: `10% of the predictions of ${task} v2 in prod fail (limit 5 %).`,
    },
    { name: 'one prediction in fifty fails', series: failing({ v1: 0, v2: 2 }) },
  ),
  ...pair(
    'VersionFailsMore',
    '17m',
    {
      name: 'v2 fails four times as often as v1',
      series: failing({ v1: 1, v2: 4 }),
      labels: labels('v2'),
      says: more('failed', 'v2', '3%'),
    },
    { name: 'both fail: that is no fault of one version', series: failing({ v1: 30, v2: 30 }) },
  ),
  {
    alert: 'VersionFailsMore',
    at: '17m',
    name: 'of three versions all that are worse than the best, also the oldest',
    series: failing({ v1: 10, v2: 4, v3: 1 }),
    fires: [
      { labels: labels('v1'), says: more('failed', 'v1', '9%') },
      { labels: labels('v2'), says: more('failed', 'v2', '3%') },
    ],
  },
  silent('VersionFailsMore', 'the worse version is asked too seldom to tell', { ...failing({ v1: 1 }), ...failing({ v3: 50 }, 4) }),
  silent('VersionFailsMore', 'the better version is asked too seldom to tell', { ...failing({ v1: 50 }), ...failing({ v3: 0 }, 4) }),
  silent('VersionFailsMore', 'there is no other version', failing({ v1: 50 })),
  ...pair(
    'VersionSlower',
    '17m',
    {
      name: 'v3 is too slow twice in five',
      series: slow({ v2: 10, v3: 40 }),
      labels: { ...labels('v3'), kind: 'detection' },
      says: more('slow', 'v3', '30%'),
    },
    { name: 'all are slow', series: slow({ v1: 40, v2: 40, v3: 40 }) },
  ),
  silent('VersionSlower', 'v3 is slow for tasks of another kind', { ...slow({ v2: 0, v3: 0 }), ...slow({ v2: 0, v3: 40 }, '0.25') }),
];
