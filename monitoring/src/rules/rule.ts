import type { Kind } from '../../../packages/contracts/src/index.ts';

/** A query whose result Prometheus keeps under a name of its own. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The kind of the tasks that it is about; without a task of that kind it has no series. */
  readonly kind?: Kind | undefined;
}

/** A condition that someone should hear of. */
export interface Alert {
  readonly alert: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly labels?: Readonly<Record<string, string>>;
  /** What is watched; has series while all is well, so that a misspelt one shows. */
  readonly value: string;
  readonly above?: number;
  readonly atLeast?: number;
  readonly below?: number;
  /** Must hold besides. */
  readonly also?: string;
  readonly for: string;
  readonly summary: string;
  /** With the numbers in it. */
  readonly description: string;
  /** Why `value` has no series in a healthy suite without Kubernetes, where that is so. */
  readonly emptyBecause?: string;
}

/** The gateway serves the runbooks: so it is found beside `npm start`, or through `kubectl port-forward`. The charts know better where it has a host name. */
export const runbookBase = 'http://127.0.0.1:8080/runbooks';

export function conditionOf({ value, above, atLeast, below, also }: Alert): string {
  const comparison = above !== undefined ? ` > ${above}` : atLeast !== undefined ? ` >= ${atLeast}` : below !== undefined ? ` < ${below}` : '';
  return also === undefined ? `${value}${comparison}` : `(${value}${comparison}) and (${also})`;
}

/** An alert as Prometheus reads it. */
export function toRule(alert: Alert): Record<string, unknown> {
  const { severity, labels, summary, description } = alert;
  return {
    alert: alert.alert,
    expr: conditionOf(alert),
    ...(alert.for !== '0s' && { for: alert.for }),
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbookBase}/${alert.alert}` },
  };
}
