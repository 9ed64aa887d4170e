import { sweep } from '@facet/capture';
import type { DriftStatus } from '@facet/contracts';
import { unpackRows, type Feature } from '@facet/drift';
import { handleRequests, publish } from '@facet/ipc';
import { RedisLink, type RedisEvents } from '@facet/redis';
import type { Log } from '@facet/telemetry';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import { AuditService } from './audit-service.ts';
import { DriftService } from './drift-service.ts';
import { openSampleStore } from './open-sample-store.ts';
import { readReferences } from './read-references.ts';
import { StateFolder } from './state-folder.ts';
import { auditEvents, auditHealth, auditLost, auditWritten, driftAlarm, driftRows, driftStatus, driftUpdate, redisError, redisHealth } from './topics.ts';

const folderSweepMs = 30_000;
const bucketSweepMs = 3_600_000;
const dayMs = 86_400_000;

/** Counted in a serving process: this one may have no metrics. */
const redisEvents: RedisEvents = { onHealth: (isUp) => publish(redisHealth, isUp), onError: (fault) => publish(redisError, fault) };

/**
 * Opens what one process of a pod does for all of them: drift detection, audit, and the limits of the samples.
 *
 * @throws {Error} when a reference that was asked for cannot be read, or the audit cannot be written
 */
export async function openObserveServices(task: string, features: readonly Feature[], config: InferenceConfig, log: Log): Promise<{ close(): Promise<void> }> {
  const redis = config.redisUrl === undefined ? undefined : await RedisLink.open(config.redisUrl, log, redisEvents);
  const drift = config.drift ? await openDrift(task, features, config, redis, log) : undefined;
  const audit =
    config.audit === 'off'
      ? undefined
      : await AuditService.open({
          task,
          config,
          redis,
          log,
          onWritten: (records) => publish(auditWritten, records),
          onLost: () => publish(auditLost, null),
          onHealth: (isWell) => publish(auditHealth, isWell),
        });
  const stopSweeping = await beginSweeping(task, config, log);
  handleRequests(driftRows, ({ version, rows }) => drift?.observe(version, unpackRows(Buffer.from(rows, 'base64'), features.length)) ?? []);
  handleRequests(driftStatus, () => drift?.status() ?? nothingWatched(task, config));
  handleRequests(driftUpdate, (wanted) => drift?.update(wanted) ?? { updated: [], versions: {}, timestamp: new Date().toISOString() });
  handleRequests(auditEvents, (events) => audit?.append(events));
  return {
    async close() {
      stopSweeping();
      await Promise.all([drift?.close(), audit?.close()]);
      redis?.close();
    },
  };
}

async function openDrift(task: string, features: readonly Feature[], config: InferenceConfig, redis: RedisLink | undefined, log: Log): Promise<DriftService> {
  const options = {
    task,
    features,
    versions: await readReferences(config, task, log),
    falseAlarmEvery: config.driftFalseAlarmEvery,
    windowSize: config.driftWindow,
    store: new StateFolder(config.stateDir, log),
    onAlarm: (version: string, alarm: object) => {
      log.warn({ version, ...alarm }, 'data drift detected');
      publish(driftAlarm, version);
    },
  };
  return DriftService.open(options, redis);
}

function nothingWatched(task: string, { driftFalseAlarmEvery }: InferenceConfig): DriftStatus {
  return { task, drift: false, false_alarm_every: driftFalseAlarmEvery, shared: false, versions: {}, timestamp: new Date().toISOString() };
}

async function beginSweeping(task: string, config: InferenceConfig, log: Log): Promise<() => void> {
  const store = await openSampleStore(config, { log });
  if (!store) return () => undefined;
  const isBucket = config.s3Bucket !== undefined;
  const limits = { maxAgeMs: config.samplesRetentionDays * dayMs, maxBytes: isBucket ? 0 : config.samplesMaxBytes };
  let isWell = true;
  const run = (): void =>
    void sweep(store, `samples/${task}/`, limits).then(
      () => {
        isWell = true;
      },
      (error: unknown) => {
        if (isWell) log.warn({ store: store.location, reason: String(error) }, 'samples past their retention cannot be deleted');
        isWell = false;
      },
    );
  run();
  const timer = setInterval(run, isBucket ? bucketSweepMs : folderSweepMs).unref();
  return () => {
    clearInterval(timer);
    void store.close();
  };
}
