/** Metrics that panels and rules ask for and that the services do not have yet, with who brings them. Remove what has come. */
const awaited: Readonly<Record<string, string>> = {
  data_drift_detected_total: 'drift (issue 8)',
  active_learning_samples_total: 'active learning (issue 8)',
  active_learning_dropped_total: 'active learning (issue 8)',
  active_learning_queue_bytes: 'active learning (issue 8)',
  audit_lost_total: 'audit (issue 8)',
};

export function awaitedIn(expr: string): string | undefined {
  const name = Object.keys(awaited).find((metric) => expr.includes(metric));
  return name === undefined ? undefined : `${name} comes with ${awaited[name]}`;
}

export const awaitedMetrics: readonly string[] = Object.keys(awaited);
