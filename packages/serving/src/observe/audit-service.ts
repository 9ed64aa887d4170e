import { FolderSink, Ledger, ObjectSink, WriterSink, type AuditEvent, type AuditSink } from '@facet/audit';
import type { RedisLink } from '@facet/redis';
import { storageHealth, type Log } from '@facet/telemetry';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { InferenceConfig } from '../settings/inference-fields.ts';
import { openBucket } from './open-sample-store.ts';

/** Records that wait while the sink fails. */
const maxWaitingBytes = 64 * 1024 ** 2;
/** Entries that a Redis stream keeps, about. */
const streamEntries = 1_000_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const closeGraceMs = 3000;

interface AuditDeskOptions {
  readonly task: string;
  readonly config: InferenceConfig;
  readonly redis: RedisLink | undefined;
  readonly log: Log;
  readonly onWritten: (records: number) => void;
  readonly onLost: () => void;
  /** Whether records can be written; as long as they cannot they wait, and it is said again and again. */
  readonly onHealth: (isWell: boolean) => void;
}

/** Writes the audit records of all processes of a pod, as one chain. */
export class AuditService {
  readonly #ledger: Ledger;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout | undefined;

  private constructor(ledger: Ledger, sink: AuditSink, { config, log }: AuditDeskOptions) {
    this.#ledger = ledger;
    this.#log = log;
    if (config.auditForgetDays === 0) return;
    const forget = () =>
      void sink
        .forget(new Date(Date.now() - config.auditForgetDays * dayMs))
        .catch((error: unknown) => log.error({ reason: String(error) }, 'personal data could not be redacted from audit records'));
    this.#timer = setInterval(forget, hourMs).unref();
    forget();
  }

  /** @throws {Error} when records cannot be written where they should: an audit that silently is none would be worse */
  static async open(options: AuditDeskOptions): Promise<AuditService> {
    const { task, config, log, onWritten, onLost } = options;
    const sink = await openSink(options);
    let wasWell = true;
    const health = storageHealth('audit');
    const onHealth = (isWell: boolean, reason?: string): void => {
      options.onHealth(isWell);
      if (isWell) health.succeeded();
      else health.failed();
      if (isWell === wasWell) return;
      wasWell = isWell;
      if (isWell) log.info({ sink: sink.location }, 'writing audit records has recovered');
      else log.error({ sink: sink.location, reason }, 'audit records cannot be written; buffering them');
    };
    const events = { onWritten, onLost, onHealth };
    const ledger = await Ledger.open({ sink, maxWaitingBytes, ...events }, { task, host: hostname(), versions: config.modelVersions });
    log.info({ sink: sink.location, ...ledger.head }, 'audit started');
    return new AuditService(ledger, sink, options);
  }

  append(events: readonly AuditEvent[]): void {
    this.#ledger.append(events);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ledger.close(closeGraceMs);
    // Noted where the records are not, so that an end that was cut off shows.
    this.#log.info(this.#ledger.head, 'audit stopped');
  }
}

async function openSink({ task, config, redis }: AuditDeskOptions): Promise<AuditSink> {
  const { auditTo } = config;
  if (auditTo === 'stdout')
    return new WriterSink(
      'stdout',
      (lines) =>
        new Promise((resolve, reject) => {
          process.stdout.write(`${lines.join('\n')}\n`, (error) => (error ? reject(error) : resolve()));
        }),
    );
  if (auditTo === 's3') {
    if (config.s3Bucket === undefined) throw new Error('AUDIT_TO=s3 needs S3_BUCKET_NAME');
    return new ObjectSink(await openBucket(config), `audit/${task}`);
  }
  if (auditTo === 'redis') {
    if (!redis) throw new Error('AUDIT_TO=redis needs REDIS_URL');
    const key = `facet:audit:${task}`;
    return new WriterSink(
      `redis stream ${key}`,
      async (lines) => {
        const transaction = redis.client.multi();
        for (const line of lines) transaction.xadd(key, 'MAXLEN', '~', streamEntries, '*', 'line', line);
        await transaction.exec();
      },
      async (before) => {
        await redis.client.xtrim(key, 'MINID', '~', before.getTime());
      },
    );
  }
  // Pods may share a volume: each has a folder, and so a chain, of its own.
  return new FolderSink(join(auditTo, task, hostname()));
}
