import type { Tracing } from './otlp-tracing.ts';

export type { Tracing } from './otlp-tracing.ts';

const off: Tracing = { isOn: false, record: () => undefined, close: () => Promise.resolve() };

/**
 * Starts the export of traces over OTLP/HTTP. Without an endpoint nothing is loaded and nothing is recorded.
 *
 * @param endpoint base URL of the collector; `/v1/traces` is added
 */
export async function startTracing(service: string, endpoint: string | undefined): Promise<Tracing> {
  if (endpoint === undefined) return off;
  const { openOtlpTracing } = await import('./otlp-tracing.ts');
  return openOtlpTracing(service, endpoint);
}
