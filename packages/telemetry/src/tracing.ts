import type { Span, Tracer } from '@opentelemetry/api';
import { stages, type StageClock } from './stage-clock.ts';
import type { TraceContext } from './trace-context.ts';

/** What a finished request says to a trace. */
interface FinishedRequest {
  readonly name: string;
  readonly trace: TraceContext;
  readonly clock: StageClock;
  readonly endedAt: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Tracing {
  /** False where nothing is exported: then there is nothing to tell it. */
  readonly isOn: boolean;
  /** Exports one server span and a child span a stage, after the fact: while a request runs, tracing costs it nothing. */
  record(request: FinishedRequest): void;
  /** Sends what is buffered and stops. */
  close(): Promise<void>;
}

const off: Tracing = { isOn: false, record: () => undefined, close: () => Promise.resolve() };

/**
 * Starts the export of traces over OTLP/HTTP. Without an endpoint nothing is loaded and nothing is recorded.
 *
 * @param endpoint base URL of the collector; `/v1/traces` is added
 */
export async function startTracing(service: string, endpoint: string | undefined): Promise<Tracing> {
  if (endpoint === undefined) return off;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);

  // The span's id is already in the headers that went to the next service, so the generator hands it back.
  let nextSpanId: string | undefined;
  let nextTraceId = '';
  const random = new sdk.RandomIdGenerator();
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `facet-${service}` }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { maxQueueSize: 4096 })],
    idGenerator: {
      generateTraceId: () => nextTraceId,
      generateSpanId: () => {
        const id = nextSpanId ?? random.generateSpanId();
        nextSpanId = undefined;
        return id;
      },
    },
  });
  const tracer = provider.getTracer('facet');
  const toEpochMs = (ms: number) => performance.timeOrigin + ms;

  return {
    isOn: true,
    record({ name, trace, clock, endedAt, failed, attributes }) {
      if (!trace.sampled) return;
      nextSpanId = trace.spanId;
      nextTraceId = trace.traceId;
      const remote = trace.parentSpanId && { traceId: trace.traceId, spanId: trace.parentSpanId, traceFlags: api.TraceFlags.SAMPLED, isRemote: true };
      const parent = remote ? api.trace.setSpanContext(api.ROOT_CONTEXT, remote) : api.ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: api.SpanKind.SERVER, startTime: toEpochMs(clock.startedAt), attributes: { ...attributes } }, parent);
      if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
      recordStages(tracer, api.trace.setSpan(parent, span), clock, toEpochMs);
      span.end(toEpochMs(endedAt));
    },
    close: () => provider.shutdown(),
  };
}

function recordStages(tracer: Tracer, parent: Parameters<Tracer['startSpan']>[2], clock: StageClock, toEpochMs: (ms: number) => number): void {
  let at = clock.startedAt;
  clock.forEach((index, ms) => {
    const span: Span = tracer.startSpan(stages[index]!, { startTime: toEpochMs(at) }, parent);
    at += ms;
    span.end(toEpochMs(at));
  });
}
