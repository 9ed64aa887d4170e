import { catalogue } from '@facet/problem';
import { lineWriter, type Log, type Metrics, type Tracing } from '@facet/telemetry';
import type { RequestContext } from './request-context.ts';
import type { Route } from './route.ts';

export interface RecorderOptions {
  readonly config: { readonly accessLog: boolean };
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Leave shadow copies out of the metrics of requests. Only for services: at the gateway a client could hide its requests so. */
  readonly excludesShadows?: boolean;
}

/** Codes of the catalogue by what they are counted as. */
const codesOf = (counts: (status: number) => boolean): string[] => Object.entries(catalogue).flatMap(([code, { status }]) => (counts(status) ? [code] : []));
const invalidCodes = codesOf((status) => status < 500);
const stateCodes = codesOf((status) => status === 503 || status === 504);

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What is said of each request once it is over: in metrics, in the log, in its trace. */
export class RequestRecorder {
  readonly #options: RecorderOptions;
  readonly #writeLine: (fields: Readonly<Record<string, unknown>>) => void;

  constructor(options: RecorderOptions) {
    const { log, metrics } = options;
    this.#options = options;
    this.#writeLine = lineWriter(log, 'request');
    // A counter that appears with its first event shows no increase for it.
    for (const code of invalidCodes) metrics.invalidInputs.inc({ code }, 0);
    for (const reason of stateCodes) metrics.rejected.inc({ reason }, 0);
  }

  /** @param endedAt on the clock of `performance.now()` */
  record(route: Route, context: RequestContext, endedAt: number): void {
    const { tracing, log, config } = this.#options;
    const { request, response, clock, trace, notes, problem } = context;
    // 499 is what nginx calls a client that left before its answer.
    const status = response.writableFinished ? response.statusCode : 499;
    const method = methods.has(request.method!) ? request.method! : 'other';
    const elapsedMs = clock.elapsed(endedAt);
    const isShadow = this.#options.excludesShadows === true && route.predicts === true && context.isShadow;
    if (!isShadow) this.#count(route, context, method, status, elapsedMs);
    if (route.predicts) {
      if (tracing.isOn)
        tracing.record({
          name: `${method} ${route.path}`,
          trace,
          clock,
          endedAt,
          failed: status >= 500,
          attributes: { 'http.request.method': method, 'http.route': route.path, 'http.response.status_code': status, 'facet.request_id': context.id },
        });
    }

    const failed = problem?.code === 'internal';
    if (!failed && (!config.accessLog || (!route.predicts && status < 400))) return;
    const line: Record<string, unknown> = { id: context.id, trace: trace.traceId, method, route: route.path, status, ms: Math.round(elapsedMs * 1000) / 1000 };
    if (route.predicts) line['stages'] = clock;
    if (isShadow) line['shadow'] = true;
    for (const name in notes) line[name] = notes[name];
    if (problem) Object.assign(line, { problem: problem.code, detail: problem.message }, typeof problem.cause === 'string' && { cause: problem.cause });
    if (failed) log.error({ ...line, err: problem.cause }, 'request failed');
    else this.#writeLine(line);
  }

  #count(route: Route, { clock, trace, problem }: RequestContext, method: string, status: number, elapsedMs: number): void {
    const { metrics } = this.#options;
    const kind = `${method} ${status}`;
    let count = route.answers.get(kind);
    if (!count) {
      count = metrics.answersOf({ method, route: route.path, status: String(status) });
      route.answers.set(kind, count);
    }
    count(elapsedMs / 1000, route.predicts && trace.sampled ? trace.traceId : undefined);
    if (route.predicts) metrics.observeStages(clock);
    if (problem && problem.status < 500) metrics.invalidInputs.inc({ code: problem.code });
    if (problem?.status === 503 || problem?.status === 504) metrics.rejected.inc({ reason: problem.code });
  }
}
