import { Counter, type Registry } from 'prom-client';

const refusals = ['unauthenticated', 'forbidden', 'rate', 'quota', 'concurrency', 'address', 'streams'] as const;

export interface AdmitMetrics {
  refused(reason: (typeof refusals)[number]): void;
  insured(): void;
}

export function createAdmitMetrics(registry: Registry): AdmitMetrics {
  const registers = [registry];
  const refused = new Counter({
    name: 'gateway_refused_total',
    help: 'Requests and streams rejected by authentication and rate limits, by reason',
    labelNames: ['reason'] as const,
    registers,
  });
  const insured = new Counter({ name: 'gateway_meter_insured_total', help: 'Requests counted in memory because Redis was unavailable', registers });
  for (const reason of refusals) refused.inc({ reason }, 0);
  return { refused: (reason) => refused.inc({ reason }), insured: () => insured.inc() };
}
