import { matchPath, type Operation } from '@facet/contracts';
import { catalogue, Problem } from '@facet/problem';
import { lineWriter, type Log, type Metrics, type Tracing } from '@facet/telemetry';
import type { Express, NextFunction, Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { receive, type ReceiveLimits } from './receive/receive.ts';
import { sendProblem, sendReply, type Reply } from './reply.ts';
import { RequestContext } from './request-context.ts';
import { StreamServer, type StreamLimits, type StreamOpener } from './stream/stream-server.ts';

export interface ShellConfig extends ReceiveLimits {
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
  /** What counts its answers, by method and status. */
  readonly answers: Map<string, ReturnType<Metrics['answersOf']>>;
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

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const noParams: Readonly<Record<string, string>> = {};

/** What Express makes of a request, and what is left of its URL below the path that led here. */
type Incoming = IncomingMessage & { originalUrl?: string };

/** The frame in which every request is answered: its context, its errors, its metrics, its log line, its trace. */
export class Shell {
  readonly app: Express;
  /** Set while the process drains: it is not ready any more, and goes on answering. */
  draining = false;
  /** Set for the end of a drain: connections close after their answer. */
  closing = false;
  readonly streams: StreamServer;
  readonly #options: ShellOptions;
  readonly #writeLine: (fields: Readonly<Record<string, unknown>>) => void;
  readonly #allowed = new Map<string, Set<string>>();
  /** Routes that a whole URL leads to, by method and URL, and those below a prefix. */
  readonly #exact = new Map<string, Map<string, { readonly route: Route; readonly handler: Handler }>>();
  readonly #below = new Map<string, (request: Incoming, response: ServerResponse) => void>();
  /** Requests that are being answered. */
  open = 0;
  /** When the last answer ended, on the clock of `performance.now()`. */
  lastAnswerAt = 0;

  constructor(app: Express, options: ShellOptions) {
    this.app = app;
    this.#options = options;
    this.#writeLine = lineWriter(options.log, 'request');
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
    const route: Route = { path, answers: new Map(), maxFiles, predicts, isBodyOptional, ...(body && readsBody === undefined && { body }) };
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    if (pattern === path && predicts) {
      const byUrl = this.#exact.get(method.toUpperCase()) ?? new Map<string, { route: Route; handler: Handler }>();
      this.#exact.set(method.toUpperCase(), byUrl.set(path, { route, handler }));
    }
    this.app[method](
      pattern,
      (request: Request, response: Response) => void this.#answer(route, handler, request, response, request.params as Readonly<Record<string, string>>),
    );
  }

  /**
   * Answers a request; this is what listens.
   *
   * Where the URL says all, the route is looked up and not searched for: Express gives every request and response another prototype, after
   * which all that Node does with them is slower.
   */
  readonly handle = (request: Incoming, response: ServerResponse): void => {
    const url = request.url!;
    const found = this.#exact.get(request.method!)?.get(url);
    if (found) {
      void this.#answer(found.route, found.handler, request, response, noParams);
      return;
    }
    const end = url.indexOf('/', 1);
    const below = end < 0 ? undefined : this.#below.get(url.slice(0, end));
    if (below) {
      request.originalUrl = url;
      request.url = url.slice(end);
      below(request, response);
    } else this.app(request, response);
  };

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
      const route: Route = { path, answers: new Map() };
      this.app.get(path, (request, response) => {
        // The pages' links are relative to a path without a slash at its end.
        if (request.path.length > 1 && request.path.endsWith('/')) response.redirect(308, `../${basename(request.path)}`);
        else void this.#answer(route, render, request, response, noParams);
      });
    }
  }

  /** Hands everything below a prefix to one handler, which reads the body and writes the answer itself. */
  serveBelow(prefix: string, label: (path: string) => string, handler: Handler): void {
    const routes = new Map<string, Route>();
    const answer = (request: Incoming, response: ServerResponse): void => {
      const url = request.url!;
      const queryAt = url.indexOf('?');
      const path = label(queryAt < 0 ? url : url.slice(0, queryAt));
      const predicts = request.method === 'POST';
      const key = `${predicts} ${path}`;
      const route = routes.get(key) ?? { path, answers: new Map(), predicts };
      routes.set(key, route);
      void this.#answer(route, handler, request, response, noParams);
    };
    this.#below.set(prefix, answer);
    this.app.use(prefix, answer);
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
      void this.#answer({ path: allowed ? path : 'unmatched', answers: new Map() }, refuse, request, response, noParams);
    });
    this.app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
      const status = (error as { status?: unknown }).status;
      const refuse = (): never => {
        throw status === 400 ? new Problem('malformed-request', 'The path cannot be decoded.', { cause: error }) : error;
      };
      void this.#answer({ path: 'unmatched', answers: new Map() }, refuse, request, response, noParams);
    });
  }

  async #answer(route: Route, handler: Handler, request: Incoming, response: ServerResponse, params: Readonly<Record<string, string>>): Promise<void> {
    const { config, guard, metrics } = this.#options;
    const context = new RequestContext(request, response, config);
    const { head } = context;
    context.params = params;
    this.open += 1;
    response.on('close', () => {
      this.open -= 1;
      if (!response.writableFinished) context.cancel();
      this.#observe(route, context);
    });
    if (this.closing) head.push('connection', 'close');
    if (route.predicts) metrics.inFlight.inc();
    try {
      const verdict = guard?.(context);
      const guarded = verdict instanceof Promise ? await verdict : verdict;
      if (guarded) {
        sendReply(response, guarded, head);
        return;
      }
      // Whoever predicts gives back what is to be sent; others may write it themselves.
      if (!route.predicts) for (let at = 0; at < head.length; at += 2) response.setHeader(head[at]!, head[at + 1]!);
      if (route.body && !(route.isBodyOptional && isWithoutBody(request))) context.received = await receive(request, route.body, config, route.maxFiles);
      const now = route.predicts ? context.clock.mark('receive') : performance.now();
      const work = handler(context);
      const reply = work instanceof Promise ? await context.withinDeadline(work, now) : work;
      if (reply) sendReply(response, reply, head);
    } catch (error) {
      const problem = Problem.from(error);
      context.problem = problem;
      if (response.headersSent) response.destroy();
      else sendProblem(response, problem, context.id, request.originalUrl ?? request.url, head);
    } finally {
      if (route.predicts) metrics.inFlight.dec();
    }
  }

  #observe(route: Route, context: RequestContext): void {
    const { metrics, tracing, log, config } = this.#options;
    const { request, response, clock, trace, notes, problem } = context;
    const endedAt = performance.now();
    this.lastAnswerAt = endedAt;
    // 499 is what nginx calls a client that left before its answer.
    const status = response.writableFinished ? response.statusCode : 499;
    const method = methods.has(request.method!) ? request.method! : 'other';
    const kind = `${method} ${status}`;
    let count = route.answers.get(kind);
    if (!count) {
      count = metrics.answersOf({ method, route: route.path, status: String(status) });
      route.answers.set(kind, count);
    }
    const elapsedMs = clock.elapsed(endedAt);
    count(elapsedMs / 1000, route.predicts && trace.sampled ? trace.traceId : undefined);
    if (route.predicts) {
      metrics.observeStages(clock);
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
    if (problem && problem.status < 500) metrics.invalidInputs.inc({ code: problem.code });
    if (problem?.status === 503 || problem?.status === 504) metrics.rejected.inc({ reason: problem.code });

    const failed = problem?.code === 'internal';
    if (!failed && (!config.accessLog || (!route.predicts && status < 400))) return;
    const line: Record<string, unknown> = { id: context.id, trace: trace.traceId, method, route: route.path, status, ms: Math.round(elapsedMs * 1000) / 1000 };
    if (route.predicts) line['stages'] = clock;
    for (const name in notes) line[name] = notes[name];
    if (problem) {
      line['problem'] = problem.code;
      line['detail'] = problem.message;
    }
    if (failed) log.error({ ...line, err: problem.cause }, 'request failed');
    else this.#writeLine(line);
  }
}

function isWithoutBody({ headers }: IncomingMessage): boolean {
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}

export async function createShell(options: ShellOptions): Promise<Shell> {
  // Loaded here and not above: a process that only looks after others needs none of its memory.
  const { default: express } = await import('express');
  return new Shell(express(), options);
}
