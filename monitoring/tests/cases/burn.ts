import { grows, served, series, type Case, type Firing, type SeriesValues } from './case.ts';

type Sli = 'availability' | 'latency';

const counted = (status: string, route = '/digit/v1/predict'): Record<string, string> => ({ service: 'gateway', route, method: 'POST', status });

/** Ten thousand requests a minute, of which a number fails. */
function failing(aMinute: number, route?: string): SeriesValues {
  return {
    [series('http_requests_total', counted('200', route))]: grows(10_000 - aMinute),
    [series('http_requests_total', counted('500', route))]: grows(aMinute),
  };
}

/** Ten thousand requests a minute, of which a number is some seconds, by default a quarter of a second. */
function slow(aMinute: number, route?: string, seconds = '0.25'): SeriesValues {
  return {
    [series('http_request_duration_seconds_count', counted('200', route))]: grows(10_000),
    [series('http_request_duration_seconds_bucket', { ...counted('200', route), le: seconds })]: grows(10_000 - aMinute),
  };
}

const digit = served('digit', 'digit');
const helmets = served('helmets', 'detection');

const spent: Readonly<Record<string, string>> = {
  '1h': '2 % of a month in an hour',
  '6h': '5 % of a month in six hours',
  '1d': '10 % of a month in a day',
  '3d': '10 % of a month in three days',
};

function firing(sli: Sli, factor: string, windows: readonly string[], task = 'digit', kind = 'digit'): Firing[] {
  return windows.map((window) => ({
    labels: { namespace: 'prod', service: task, slo: `${task}-${sli}`, sli, ...(sli === 'latency' && { kind }) },
    rule: { window },
    says: `The error budget of ${task}-${sli} in prod burned ${factor} times too fast over ${window} and still does: ${spent[window]}.`,
  }));
}

function burns(alert: string, sli: Sli, bad: (aMinute: number) => SeriesValues, budgetAMinute: number): Case[] {
  const at = '4h';
  const times = (factor: number): SeriesValues => ({ ...digit, ...bad(factor * budgetAMinute) });
  return [
    { alert, at, name: 'burning 20 times too fast', series: times(20), fires: firing(sli, '20', ['1h', '6h', '1d', '3d']) },
    { alert, at, name: 'burning 8 times too fast', series: times(8), fires: firing(sli, '8', ['6h', '1d', '3d']) },
    { alert, at, name: 'burning 4 times too fast', series: times(4), fires: firing(sli, '4', ['1d', '3d']) },
    { alert, at, name: 'burning twice too fast', series: times(2), fires: firing(sli, '2', ['3d']) },
    { alert, at, name: 'burning half of the budget', series: times(0.5), fires: [] },
  ];
}

const over: Case = {
  alert: 'AvailabilityBurn',
  name: 'minutes after all failed for a while: the long window still sees it, the short one does not',
  at: '75m',
  series: {
    ...digit,
    [series('http_requests_total', counted('200'))]: '0+10000x60 600000+0x5 600000+10000x20',
    [series('http_requests_total', counted('500'))]: '0+0x60 0+10000x5 50000+0x20',
  },
  fires: [],
};

export const burnCases: readonly Case[] = [
  ...burns('AvailabilityBurn', 'availability', failing, 10),
  ...burns('LatencyBurn', 'latency', slow, 100),
  over,
  ...['/v2/models/digit/infer', '/v2/models/digit/versions/{version}/infer', '/digit/v2/models/digit/infer'].flatMap((route): Case[] => [
    { alert: 'AvailabilityBurn', at: '10m', name: `${route} fails`, series: { ...digit, ...failing(200, route) }, fires: firing('availability', '20', ['1h']) },
    { alert: 'LatencyBurn', at: '10m', name: `${route} is slow`, series: { ...digit, ...slow(2000, route) }, fires: firing('latency', '20', ['1h']) },
    {
      alert: 'AvailabilityBurn',
      at: '10m',
      name: `${route} of a task that is not served`,
      series: { ...digit, ...failing(200, route.replace('digit', 'other')) },
      fires: [],
    },
  ]),
  ...['/helmets/v3/predict', '/v2/models/helmets/infer'].flatMap((route): Case[] => [
    {
      alert: 'AvailabilityBurn',
      at: '10m',
      name: `${route} of a task of the user’s own fails`,
      series: { ...digit, ...helmets, ...failing(200, route) },
      fires: firing('availability', '20', ['1h'], 'helmets'),
    },
    {
      alert: 'LatencyBurn',
      at: '10m',
      name: `${route} is the objective of its kind`,
      series: { ...digit, ...helmets, ...slow(2000, route, '1') },
      fires: firing('latency', '20', ['1h'], 'helmets', 'detection'),
    },
    {
      alert: 'LatencyBurn',
      at: '10m',
      name: `${route} is the objective of another kind`,
      series: { ...digit, ...helmets, ...slow(2000, route), ...slow(0, route, '1') },
      fires: [],
    },
  ]),
  {
    alert: 'LatencyBurn',
    at: '10m',
    name: 'batches and ensembles have no objective',
    series: { ...digit, ...slow(2000, '/digit/batch/predict'), ...slow(2000, '/digit/ensemble/predict') },
    fires: [],
  },
  {
    alert: 'AvailabilityBurn',
    name: 'every request fails, so that no good one is counted at all',
    at: '10m',
    series: { ...digit, [series('http_requests_total', counted('503'))]: grows(10_000) },
    fires: firing('availability', '1k', ['1h']),
  },
  {
    alert: 'AvailabilityBurn',
    name: 'every request fails while all pods are started again, so that none says which task it serves',
    at: '10m',
    series: { [series('task_info', { service: 'digit', kind: 'digit' })]: '1+0x8 stale', [series('http_requests_total', counted('503'))]: grows(10_000) },
    fires: firing('availability', '1k', ['1h']),
  },
];
