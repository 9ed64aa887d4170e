import { ensembleVersion } from '@facet/contracts';
import { compareVersions, type VersionSums } from '@facet/experiment';
import type { Reply } from '@facet/http';
import { aggregatedRegistry, type Metrics } from '@facet/telemetry';
import type { DataPlane } from '../plane/data-plane.ts';
import { qualityCounters } from '../plane/quality.ts';

/** `GET /experiments`, from the counters of all processes of the pod. */
export async function experimentsReply<I, A extends object>({ task, versions: configured, weights }: DataPlane<I, A>, metrics: Metrics): Promise<Reply> {
  const { registry } = await aggregatedRegistry(metrics);
  const names = ['model_predictions_total', 'version_assignments_total', ...Object.values(qualityCounters)];
  const found = new Map(await Promise.all(names.map(async (name) => [name, (await registry.getSingleMetric(name)?.get())?.values ?? []] as const)));
  const sum = (name: string, version: string, status?: string): number =>
    found
      .get(name)!
      .reduce(
        (total, { labels, value }) => (labels['version'] === version && (status === undefined || labels['status'] === status) ? total + value : total),
        0,
      );
  const sumsOf = (version: string): VersionSums => {
    const succeeded = sum('model_predictions_total', version, 'success');
    return {
      requests: sum('model_predictions_total', version),
      errors: sum('model_predictions_total', version, 'error'),
      seconds: { n: succeeded, sum: sum(qualityCounters.seconds, version), squares: sum(qualityCounters.squaredSeconds, version) },
      confidence: {
        n: sum(qualityCounters.confident, version),
        sum: sum(qualityCounters.confidence, version),
        squares: sum(qualityCounters.squaredConfidence, version),
      },
      assigned: sum('version_assignments_total', version),
    };
  };
  const sides = [...configured.keys(), ensembleVersion].map((version) => [version, sumsOf(version)] as const);
  // Nobody gets the ensemble who does not ask for it; it is there to be seen once somebody has.
  const versions = Object.fromEntries(sides.filter(([version, { requests }]) => version !== ensembleVersion || requests > 0));
  return { body: compareVersions(task.contract.task, versions, weights), headers: { 'cache-control': 'no-store' } };
}
