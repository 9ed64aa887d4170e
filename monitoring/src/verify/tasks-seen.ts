import { kindNames, type Kind } from '../../../packages/contracts/src/index.ts';
import { select } from '../selectors.ts';
import type { Prometheus } from './prometheus.ts';

/** The tasks of each kind that a Prometheus knows of, by name: what Grafana offers as `$service`. */
export type TasksSeen = ReadonlyMap<Kind, readonly string[]>;

export async function tasksSeen(prometheus: Prometheus): Promise<TasksSeen> {
  const samples = await prometheus.query(`count by (kind, service) (${select('task_info')})`);
  const named = (kind: Kind): string[] => samples.flatMap(({ metric }) => (metric['kind'] === kind && metric['service'] ? [metric['service']] : []));
  return new Map(kindNames.map((kind) => [kind, named(kind).toSorted()]));
}
