import { kindNames, kinds, type Kind } from '../../../packages/contracts/src/index.ts';
import type { Pace } from '../pace.ts';
import { bound, byTask, predicts, select, servedTasks } from '../selectors.ts';

/** What users are promised of every task, or of every task of a kind, over 30 days, measured at the gateway. */
export interface Objective {
  readonly sli: 'availability' | 'latency';
  /** Share of requests that must be good. */
  readonly objective: number;
  readonly promise: string;
  /** The kind of the tasks that it holds for; all tasks without one. */
  readonly kind?: Kind;
  /** Requests a second that were good, by namespace and task; may have no series when none was. */
  readonly good: (window: string) => string;
  /** Requests a second that count. */
  readonly total: (window: string) => string;
  /** Those for which it holds, by namespace and task. */
  readonly tasks: (pace: Pace) => string;
}

/** Seconds within which a prediction of a task of that kind is fast. */
export function fastSeconds(kind: Kind): number {
  return kinds[kind].latencyObjectiveSeconds;
}

const rateOf = (series: string, window: string): string => byTask(`rate(${series}[${window}])`);

function availability(): Objective {
  // 499 is a client that left: neither good nor bad.
  const counted = ['service="gateway"', predicts, 'status!="499"'];
  return {
    sli: 'availability',
    objective: 0.999,
    promise: '99.9 % of the predictions of a task succeed (no 5xx)',
    good: (window) => rateOf(select('http_requests_total', ...counted, 'status!~"5.."'), window),
    total: (window) => rateOf(select('http_requests_total', ...counted), window),
    tasks: (pace) => servedTasks(pace),
  };
}

function latency(kind: Kind): Objective {
  // A batch takes as long as its items, and an ensemble as long as all versions: they have no one promise.
  const counted = ['service="gateway"', 'route=~"/[^/]+/(v[0-9]+/)?predict|(/[^/]+)?/v2/models/[^/]+/(versions/.+/)?infer"', 'status=~"2.."'];
  const seconds = fastSeconds(kind);
  return {
    sli: 'latency',
    objective: 0.99,
    promise: `99 % of the predictions of a task of the kind ${kind} complete within ${seconds} s`,
    kind,
    good: (window) => rateOf(select('http_request_duration_seconds_bucket', ...counted, bound(seconds)), window),
    total: (window) => rateOf(select('http_request_duration_seconds_count', ...counted), window),
    tasks: (pace) => servedTasks(pace, kind),
  };
}

export const objectives: readonly Objective[] = [availability(), ...kindNames.map(latency)];
