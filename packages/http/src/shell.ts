import { matchPath, type Operation } from '@facet/contracts';
import { catalogue, Problem } from '@facet/problem';
import type { Log, Metrics, Tracing } from '@facet/telemetry';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { basename } from 'node:path';
import { receive, type ReceiveLimits } from './receive/receive.ts';
import { sendProblem, sendReply, type Reply } from './reply.ts';
import { RequestContext } from './request-context.ts';
import { StreamServer, type StreamLimits, type StreamOpener } from './stream/stream-server.ts';

export interface ShellConfig extends Omit<ReceiveLimits, 'maxFiles'> {
  readonly deadlineMs: number;
  readonly deadlineMaxMs: number;
  readonly accessLog: boolean;
}

interface ShellOptions {
  readonly config: ShellConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Asked before anything of a request is read. */
  readonly guard?: Guard;
}

/** Lets a request in, answers it itself, or refuses it by throwing a {@link Problem}. */
export type Guard = (context: RequestContext) => Reply | undefined | Promise<Reply | undefined>;

/** Answers an operation; `undefined` says that it wrote the response itself. */
type Handler = (context: RequestContext) => Reply | Promise<Reply | undefined>;

/** What the shell must know of a route to watch over it. */
interface Route {
  readonly path: string;
  readonly body?: Operation['body'];
  readonly isBodyOptional?: boolean | undefined;
  /** Files that one form may carry; one unless said. */
  readonly maxFiles?: number;
  readonly predicts?: boolean | undefined;
}

/** Codes of the catalogue by what they are counted as. */
const codesOf = (counts: (status: number) => boolean): string[] => Object.entries(catalogue).flatMap(([code, { status }]) => (counts(status) ? [code] : []));
const invalidCodes = codesOf((status) => status < 500);
const stateCodes = codesOf((status) => status === 503 || status === 504);

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The frame in which every request is answered: its context, its errors, its metrics, its log line, its trace. */
export class Shell {
  readonly app: Express = express();
  /** Set while the process drains: it is not ready any more, and goes on answering. */
  draining = false;
  /** Set for the end of a drain: connections close after their answer. */
  closing = false;
  readonly streams: StreamServer;
  readonly #options: ShellOptions;
  readonly #allowed = new Map<string, Set<string>>();

  constructor(options: ShellOptions) {
    this.#options = options;
    this.streams = new StreamServer(options.log, options.metrics);
    this.app.disable('x-powered-by');
    this.app.set('etag', false);
    this.app.set('query parser', 'simple');
    // A counter that appears with its first event shows no increase for it.
    for (const code of invalidCodes) options.metrics.invalidInputs.inc({ code }, 0);
    for (const reason of stateCodes) options.metrics.rejected.inc({ reason }, 0);
    // One spelling of a path, so that whoever guards it need not know others.
    this.app.set('case sensitive routing', true);
  }

  /** Routes one operation to its handler. */
  serve(operation: Operation, handler: Handler, maxFiles = 1): void {
    const { method, path, body, isBodyOptional, predicts, readsBody } = operation;
    const allowed = this.#allowed.get(path) ?? new Set<string>();
    this.#allowed.set(path, allowed.add(method.toUpperCase()));
    const route: Route = { path, maxFiles, predicts, isBodyOptional, ...(body && readsBody === undefined && { body }) };
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    this.app[method](pattern, (request: Request, response: Response) => void this.#answer(route, handler, request, response));
  }

  /** Opens WebSockets at a path; whoever asks for it without one is told so. */
  serveStream(operation: Operation, limits: StreamLimits, open: StreamOpener): void {
    this.streams.serve(operation.path, limits, open);
    this.serve(operation, () => {
      throw new Problem('upgrade-required', undefined, { headers: { upgrade: 'websocket', connection: 'upgrade' } });
    });
  }

  /** Serves pages and their files by path. */
  servePages(pages: Readonly<Record<string, Handler>>): void {
    for (const [path, render] of Object.entries(pages)) {
      this.#allowed.set(path, new Set(['GET']));
      this.app.get(path, (request, response) => {
        // The pages' links are relative to a path without a slash at its end.
        if (request.path.length > 1 && request.path.endsWith('/')) response.redirect(308, `../${basename(request.path)}`);
        else void this.#answer({ path }, render, request, response);
      });
    }
  }

  /** Hands everything below a prefix to one handler, which reads the body and writes the answer itself. */
  serveBelow(prefix: string, label: (path: string) => string, handler: Handler): void {
    this.app.use(
      prefix,
      (request: Request, response: Response) =>
        void this.#answer({ path: label(request.path), predicts: request.method === 'POST' }, handler, request, response),
    );
  }

  /** Answers what no route took. Call it last. */
  finish(): void {
    this.app.use((request: Request, response: Response) => {
      const asked = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
      const path = matchPath(this.#allowed.keys(), asked) ?? asked;
      const allowed = this.#allowed.get(path);
      const refuse = (): never => {
        if (!allowed) throw new Problem('not-found', `There is nothing at ${request.path.slice(0, 200)}; see /docs for what there is.`);
        const allow = [...allowed].join(', ');
        throw new Problem('method-not-allowed', `${request.method} is not for ${asked.slice(0, 200)}; use ${allow}.`, { headers: { allow } });
      };
      void this.#answer({ path: allowed ? path : 'unmatched' }, refuse, request, response);
    });
    this.app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
      const status = (error as { status?: unknown }).status;
      const refuse = (): never => {
        throw status === 400 ? new Problem('malformed-request', 'The path cannot be decoded.', { cause: error }) : error;
      };
      void this.#answer({ path: 'unmatched' }, refuse, request, response);
    });
  }

  async #answer(route: Route, handler: Handler, request: Request, response: Response): Promise<void> {
    const { config, guard } = this.#options;
    const context = new RequestContext(request, response, config);
    let problem: Problem | undefined;
    context.params = request.params as Readonly<Record<string, string>>;
    response.once('close', () => {
      if (!response.writableFinished) context.cancel();
      this.#observe(route, context, problem);
    });
    response.setHeader('x-request-id', context.id);
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.closing) response.setHeader('connection', 'close');
    if (route.predicts) this.#options.metrics.inFlight.inc();
    try {
      const verdict = guard?.(context);
      const guarded = verdict instanceof Promise ? await verdict : verdict;
      if (guarded) {
        sendReply(response, guarded);
        return;
      }
      if (route.body && !(route.isBodyOptional && isWithoutBody(request)))
        context.received = await receive(request, route.body, { ...config, maxFiles: route.maxFiles ?? 1 });
      if (route.predicts) context.clock.mark('receive');
      const work = handler(context);
      const reply = work instanceof Promise ? await context.withinDeadline(work) : work;
      if (reply) sendReply(response, reply);
    } catch (error) {
      problem = Problem.from(error);
      if (response.headersSent) response.destroy();
      else sendProblem(response, problem, context.id, request.originalUrl);
    } finally {
      if (route.predicts) this.#options.metrics.inFlight.dec();
    }
  }

  #observe(route: Route, context: RequestContext, problem: Problem | undefined): void {
    const { metrics, tracing, log, config } = this.#options;
    const { request, response, clock, trace, notes } = context;
    const endedAt = performance.now();
    // 499 is what nginx calls a client that left before its answer.
    const status = response.writableFinished ? response.statusCode : 499;
    const method = methods.includes(request.method ?? '') ? (request.method as string) : 'other';
    const labels = { method, route: route.path, status: String(status) };
    metrics.requests.inc(labels);
    metrics.duration.observe(labels, clock.elapsed(endedAt) / 1000);
    if (route.predicts) {
      if (trace.sampled) metrics.exemplars.keep(labels, clock.elapsed(endedAt) / 1000, trace.traceId);
      metrics.observeStages(clock);
      tracing.record({
        name: `${method} ${route.path}`,
        trace,
        clock,
        endedAt,
        failed: status >= 500,
        attributes: { 'http.request.method': method, 'http.route': route.path, 'http.response.status_code': status, 'facet.request_id': context.id },
      });
    }
    if (problem && problem.status < 500) metrics.invalidInputs.inc({ code: problem.code });
    if (problem?.status === 503 || problem?.status === 504) metrics.rejected.inc({ reason: problem.code });

    const failed = problem?.code === 'internal';
    if (!failed && (!config.accessLog || (!route.predicts && status < 400))) return;
    const line = {
      id: context.id,
      trace: trace.traceId,
      method,
      route: route.path,
      status,
      ms: Math.round(clock.elapsed(endedAt) * 1000) / 1000,
      ...(route.predicts && { stages: clock.toJSON() }),
      ...notes,
      ...(problem && { problem: problem.code, detail: problem.message }),
      ...(failed && { err: problem?.cause }),
    };
    if (failed) log.error(line, 'request failed');
    else log.info(line, 'request');
  }
}

function isWithoutBody({ headers }: Request): boolean {
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}

export function createShell(options: ShellOptions): Shell {
  return new Shell(options);
}
