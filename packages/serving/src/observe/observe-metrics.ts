import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted about watching predictions. */
export interface ObserveMetrics {
  readonly drift: Counter<'version'>;
  readonly samples: Counter<'version'>;
  readonly dropped: Counter<'version' | 'reason'>;
  readonly audited: Counter;
  readonly auditLost: Counter;
  readonly auditFailing: Gauge;
  /** Lets the scrape read how many bytes of samples wait. */
  watchSamples(bytes: () => number): void;
}

export function createObserveMetrics(registry: Registry): ObserveMetrics {
  const registers = [registry];
  let waiting = () => 0;
  const bytes = new Gauge({
    name: 'active_learning_queue_bytes',
    help: 'Bytes of samples queued for the store',
    registers,
    collect() {
      bytes.set(waiting());
    },
  });
  const version = ['version'] as const;
  return {
    drift: new Counter({ name: 'data_drift_detected_total', help: 'Drift alarms raised', labelNames: version, registers }),
    samples: new Counter({ name: 'active_learning_samples_total', help: 'Samples stored for labelling', labelNames: version, registers }),
    dropped: new Counter({
      name: 'active_learning_dropped_total',
      help: 'Samples selected for labelling but dropped, by reason',
      labelNames: ['version', 'reason'] as const,
      registers,
    }),
    audited: new Counter({ name: 'audit_records_total', help: 'Audit records written', registers }),
    auditLost: new Counter({ name: 'audit_lost_total', help: 'Predictions without an audit record', registers }),
    auditFailing: new Gauge({ name: 'audit_failing', help: '1 while audit records cannot be written and are buffered', registers }),
    watchSamples(read) {
      waiting = read;
    },
  };
}
