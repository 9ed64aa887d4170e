import { bound, select, tasks, type Task } from '../selectors.ts';

/** What users are promised of one task, over 30 days, measured at the gateway. */
export interface Objective {
  readonly slo: string;
  readonly task: Task;
  readonly sli: 'availability' | 'latency';
  /** Share of requests that must be good. */
  readonly objective: number;
  readonly promise: string;
  /** Requests a second that were good; may have no series when none was. */
  readonly good: (window: string) => string;
  /** Requests a second that count. */
  readonly total: (window: string) => string;
}

/** Seconds within which a prediction is fast; a bound of the histogram, so that its share is exact. */
export const fastSeconds: Readonly<Record<Task, number>> = { gesture: 0.1, digit: 0.25, detection: 1 };

const sumOf = (series: string, window: string): string => `sum by (namespace) (rate(${series}[${window}]))`;

/** The same predictions, asked for by the Open Inference Protocol. */
const oipRoutes = (task: Task): string => `/v2/models/${task}/(versions/.+/)?infer`;

function availability(task: Task): Objective {
  // 499 is a client that left: neither good nor bad.
  const counted = ['service="gateway"', `route=~"/${task}/.*predict|${oipRoutes(task)}"`, 'status!="499"'];
  return {
    slo: `${task}-availability`,
    task,
    sli: 'availability',
    objective: 0.999,
    promise: `99.9 % of ${task} predictions are answered without a fault of ours`,
    good: (window) => sumOf(select('http_requests_total', ...counted, 'status!~"5.."'), window),
    total: (window) => sumOf(select('http_requests_total', ...counted), window),
  };
}

function latency(task: Task): Objective {
  // A batch takes as long as its items: it has no one promise.
  const counted = ['service="gateway"', `route=~"/${task}/(v[0-9]+/)?predict|${oipRoutes(task)}"`, 'status=~"2.."'];
  const seconds = fastSeconds[task];
  return {
    slo: `${task}-latency`,
    task,
    sli: 'latency',
    objective: 0.99,
    promise: `99 % of ${task} predictions are answered within ${seconds} s`,
    good: (window) => sumOf(select('http_request_duration_seconds_bucket', ...counted, bound(seconds)), window),
    total: (window) => sumOf(select('http_request_duration_seconds_count', ...counted), window),
  };
}

export const objectives: readonly Objective[] = tasks.flatMap((task) => [availability(task), latency(task)]);
