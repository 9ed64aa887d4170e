import { dropReasons } from '@facet/capture';
import { subscribe } from '@facet/ipc';
import { createRedisMetrics } from '@facet/redis';
import type { Log } from '@facet/telemetry';
import type { Registry } from 'prom-client';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import type { Task } from '../task/task.ts';
import { Auditor } from './auditor.ts';
import { createObserveMetrics } from './observe-metrics.ts';
import { Observer } from './observer.ts';
import { openSampleStore } from './open-sample-store.ts';
import { SampleRecorder } from './sample-recorder.ts';
import { auditHealth, auditLost, auditWritten, driftAlarm, redisError, redisHealth } from './topics.ts';

/** Opens what watches the predictions of one process. */
export async function openObservers<Input, Answer extends object>(
  { contract, watch }: Task<Input, Answer>,
  config: InferenceConfig,
  registry: Registry,
  log: Log,
): Promise<{ observer: Observer<Input, Answer>; auditor: Auditor<Input, Answer> | undefined }> {
  const metrics = createObserveMetrics(registry);
  // Zeros, so that the first alarm is a rise that an alert can see.
  for (const version of config.modelVersions) {
    metrics.drift.inc({ version }, 0);
    metrics.samples.inc({ version }, 0);
    for (const reason of dropReasons) metrics.dropped.inc({ version, reason }, 0);
  }
  subscribe(driftAlarm, (version) => metrics.drift.inc({ version }));
  subscribe(auditWritten, (records) => metrics.audited.inc(records));
  subscribe(auditLost, () => metrics.auditLost.inc());
  subscribe(auditHealth, (isWell) => metrics.auditFailing.set(isWell ? 0 : 1));
  if (config.redisUrl !== undefined) {
    const redis = createRedisMetrics(registry)('state');
    subscribe(redisHealth, redis.onHealth);
    subscribe(redisError, redis.onError);
  }
  const store = await openSampleStore(config);
  const samples = store && new SampleRecorder(contract.task, watch, config, store, metrics, log);
  const observer = new Observer({ watch, maxPerSecond: config.observeMaxPerSecond, drift: config.drift, samples });
  return { observer, auditor: config.audit === 'off' ? undefined : new Auditor(watch, config.audit) };
}
