import type { AuditEvent } from '@facet/audit';
import { referenceUpdate, type DriftStatus, type ReferenceUpdate, type ReferenceUpdated } from '@facet/contracts';
import type { EventTopic, RequestTopic } from '@facet/ipc';
import type { RedisFault } from '@facet/redis';
import { z } from 'zod';

/** An object of the suite's own making, whose members are not looked at one by one. */
const objectOf = <T extends object>(): z.ZodType<T> => z.custom<T>((value) => typeof value === 'object' && value !== null);

/** Rows for the drift detection, as `packRows` packs them, in base64; the response names the versions that stand in alarm. */
export const driftRows: RequestTopic<{ readonly version: string; readonly rows: string }, string[]> = {
  name: 'drift-rows',
  payload: z.object({ version: z.string(), rows: z.string() }),
  result: z.array(z.string()),
};

export const driftStatus: RequestTopic<null, DriftStatus> = { name: 'drift-status', payload: z.null(), result: objectOf<DriftStatus>() };

export const driftUpdate: RequestTopic<ReferenceUpdate, ReferenceUpdated> = {
  name: 'drift-update',
  payload: referenceUpdate,
  result: objectOf<ReferenceUpdated>(),
};

/** What happened in one process, for the audit. */
export const auditEvents: RequestTopic<AuditEvent[], void> = { name: 'audit-events', payload: z.array(objectOf<AuditEvent>()), result: z.void() };

export const driftAlarm: EventTopic<string> = { name: 'drift-alarm', payload: z.string() };
export const auditWritten: EventTopic<number> = { name: 'audit-written', payload: z.int() };
export const auditLost: EventTopic<null> = { name: 'audit-lost', payload: z.null() };
export const auditHealth: EventTopic<boolean> = { name: 'audit-health', payload: z.boolean() };
export const redisHealth: EventTopic<boolean> = { name: 'redis-health', payload: z.boolean() };
export const redisError: EventTopic<RedisFault> = { name: 'redis-error', payload: z.custom<RedisFault>((value) => typeof value === 'string') };
