// Static imports: some of these packages are CommonJS, of which `import()` gives the bundle of an image only the default export.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as traceApi, TraceFlags, type Span, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
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

/** Exports over OTLP/HTTP; `startTracing` loads it where there is an endpoint. */
export function openOtlpTracing(service: string, endpoint: string): Tracing {
  // The span's id is already in the headers that went to the next service, so the generator hands it back.
  let nextSpanId: string | undefined;
  let nextTraceId = '';
  const random = new RandomIdGenerator();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `facet-${service}` }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { maxQueueSize: 4096 })],
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
      const remote = trace.parentSpanId && { traceId: trace.traceId, spanId: trace.parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
      const parent = remote ? traceApi.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: toEpochMs(clock.startedAt), attributes: { ...attributes } }, parent);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      recordStages(tracer, traceApi.setSpan(parent, span), clock, toEpochMs);
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
