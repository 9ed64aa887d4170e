import { bucketsOf, quantile, since, type Buckets } from './latency.ts';
import { sumOf, type Sample } from './parse-samples.ts';

/** What is known of the suite at one time. */
export interface Snapshot {
  /** Milliseconds on the clock of `performance.now()`. */
  readonly at: number;
  /** The gateway's own metrics. */
  readonly gateway: readonly Sample[];
  /** Each service's metrics; undefined where it does not answer. */
  readonly services: ReadonlyMap<string, readonly Sample[] | undefined>;
}

export interface ServiceStatus {
  readonly task: string;
  readonly state: 'ready' | 'not ready' | 'unreachable';
  readonly requestsPerSecond: number;
  /** Share of them that failed for a fault of ours. */
  readonly failed: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly versions: readonly VersionStatus[];
}

interface VersionStatus {
  readonly version: string;
  readonly isReady: boolean;
  readonly model: string | undefined;
  /** Share of the requests that leave the version open, from 0 to 1. */
  readonly weight: number;
  readonly requestsPerSecond: number;
  readonly waiting: number;
  /** Alarms since the service started; undefined where drift is not watched. */
  readonly driftAlarms: number | undefined;
}

type Weights = Readonly<Record<string, number>>;

/** The change of a count; a service that was started again counts from nothing. */
function grown(now: readonly Sample[], before: readonly Sample[], name: string, counts: (labels: Sample['labels']) => boolean): number {
  const total = sumOf(now, name, counts);
  const change = total - sumOf(before, name, counts);
  return change < 0 ? total : change;
}

/** Says how the services are, from what changed between two snapshots. */
export function compareSnapshots(before: Snapshot, now: Snapshot, weights: ReadonlyMap<string, Weights>): ServiceStatus[] {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  return [...now.services].map(([task, samples]): ServiceStatus => {
    const isOurs = ({ route = '' }: Sample['labels']): boolean => route.startsWith(`/${task}/`) && route.endsWith('/predict');
    const requests = grown(now.gateway, before.gateway, 'http_requests_total', isOurs);
    const failed = grown(now.gateway, before.gateway, 'http_requests_total', (labels) => isOurs(labels) && Number(labels['status']) >= 500);
    const buckets = (snapshot: Snapshot): Buckets => bucketsOf(snapshot.gateway, 'http_request_duration_seconds', isOurs);
    const fresh = since(buckets(now), buckets(before));
    const versions = samples ? versionsOf(samples, before.services.get(task) ?? [], weights.get(task) ?? {}, seconds) : [];
    const state = !samples ? 'unreachable' : versions.length > 0 && versions.every(({ isReady }) => isReady) ? 'ready' : 'not ready';
    return {
      task,
      state,
      requestsPerSecond: requests / seconds,
      failed: requests === 0 ? 0 : failed / requests,
      p50: quantile(fresh, 0.5),
      p95: quantile(fresh, 0.95),
      versions,
    };
  });
}

function versionsOf(now: readonly Sample[], before: readonly Sample[], weights: Weights, seconds: number): VersionStatus[] {
  const readiness = now.filter(({ name }) => name === 'model_ready');
  const allWeights = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return readiness.map(({ labels, value }) => {
    const version = labels['version']!;
    const isOwn = (other: Sample['labels']): boolean => other['version'] === version;
    const watchesDrift = now.some(({ name }) => name === 'data_drift_detected_total');
    return {
      version,
      isReady: value === 1,
      model: now.find(({ name, labels: own }) => name === 'model_info' && isOwn(own))?.labels['model'],
      weight: allWeights === 0 ? 0 : (weights[version] ?? 0) / allWeights,
      requestsPerSecond: grown(now, before, 'model_predictions_total', isOwn) / seconds,
      waiting: sumOf(now, 'inference_queue_depth', isOwn),
      driftAlarms: watchesDrift ? sumOf(now, 'data_drift_detected_total', isOwn) : undefined,
    };
  });
}
