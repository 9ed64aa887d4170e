import type { StreamLimits } from '@facet/config';
import { accessOf, isBelowOip, speaksOip, type Operation } from '@facet/contracts';
import { Problem } from '@facet/problem';
import type { Express, NextFunction, Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { OriginPolicy, type OriginPolicyConfig } from './origin-policy.ts';
import { BodyBudget } from './receive/body-budget.ts';
import { receive, type ReceiveLimits } from './receive/receive.ts';
import type { MatchedRoute } from './matched-route.ts';
import { requirePort, type OperationsPort } from './operations-port.ts';
import { sendProblem, sendReply, type Reply } from './reply.ts';
import { RequestContext } from './request-context.ts';
import { RequestRecorder, type RecorderOptions } from './request-recorder.ts';
import { hasRepeatedHost } from './repeated-host.ts';
import { readTarget } from './request-target.ts';
import type { Route } from './route.ts';
import { StreamServer, type StreamOpener } from './stream/stream-server.ts';

export interface ShellConfig extends ReceiveLimits, OriginPolicyConfig {
  readonly deadlineMs: number;
  readonly deadlineMaxMs: number;
  readonly accessLog: boolean;
  readonly oipBodyMaxBytes: number;
}

interface ShellOptions extends RecorderOptions {
  readonly config: ShellConfig;
  /** Bytes of bodies that this process holds at once. */
  readonly bodyBudgetBytes: number;
  /** Asked before anything of a request is read. */
  readonly guard?: Guard;
  /** The same for a handshake that opens a stream; refuses by throwing a {@link Problem}. */
  readonly admitHandshake?: ((request: IncomingMessage) => void) | undefined;
  /** Where operations have a port of their own. */
  readonly operations?: OperationsPort | undefined;
}

/** An answer; `undefined` says that its handler wrote the response itself. */
type Given = Reply | undefined | Promise<Reply | undefined>;

/**
 * Stands around the answer to a request: lets it be given by calling `next`, gives one itself, or refuses by throwing a {@link Problem}. What
 * it judges is the route that the request matched; one that matched none has a route as well, which any known caller may have.
 */
export type Guard = (context: RequestContext, route: MatchedRoute, next: () => Given) => Given;

/** Answers an operation. */
type Handler = (context: RequestContext) => Given;

/** A route, and what answers it. */
interface Entry {
  readonly route: Route;
  readonly handler: Handler;
  /** Its answer is a page whose links are relative to a path without a slash at its end. */
  readonly isPage: boolean;
  /** What comes before the path that the handler sees. */
  readonly prefix: string;
}

interface ServeOptions {
  /** Files that one form may carry; one unless said. */
  readonly maxFiles?: number;
  /** What is taken off the path before the handler sees it, for one that forwards. */
  readonly prefix?: string;
}

const noParams: Readonly<Record<string, string>> = {};

type Incoming = IncomingMessage & { isByOperationsPort?: boolean };

/** The frame in which every request is answered: its context, its errors, its metrics, its log line, its trace. */
export class Shell {
  readonly app: Express;
  /** Set while the process drains: it is not ready any more, and goes on answering. */
  draining = false;
  /** Set for the end of a drain: connections close after their answer. */
  closing = false;
  readonly streams: StreamServer;
  readonly budget: BodyBudget;
  readonly #options: ShellOptions;
  readonly #origins: OriginPolicy;
  readonly #recorder: RequestRecorder;
  /** Methods by declared path. */
  readonly #allowed = new Map<string, Set<string>>();
  /** Routes without parameters, by method and path. */
  readonly #exact = new Map<string, Map<string, Entry>>();
  /** Routes of files below a path, by that. */
  readonly #below = new Map<string, Entry>();
  /** Routes of refusals for their method, by declared path: they are few, since undeclared paths have none. */
  readonly #refusedMethods = new Map<string, Route>();
  readonly #malformed: Route;
  readonly #malformedOip: Route;
  readonly #nothing: Route;
  readonly #nothingOip: Route;
  /** Requests that are being answered. */
  open = 0;
  /** When the last answer ended, on the clock of `performance.now()`. */
  lastAnswerAt = 0;

  constructor(app: Express, options: ShellOptions) {
    this.app = app;
    this.#options = options;
    this.#recorder = new RequestRecorder(options);
    this.#origins = new OriginPolicy(options.config);
    this.budget = new BodyBudget(options.bodyBudgetBytes);
    options.metrics.watchBodies(this.budget);
    this.streams = new StreamServer(options.log, options.metrics, this.#origins, this.budget);
    this.#nothing = this.#routeOf('unmatched', 'caller');
    this.#nothingOip = { ...this.#nothing, isOip: true };
    this.#malformed = { ...this.#nothing, isMalformed: true };
    this.#malformedOip = { ...this.#nothingOip, isMalformed: true };
    this.app.disable('x-powered-by');
    this.app.set('etag', false);
    this.app.set('query parser', 'simple');
    // One spelling of a path: what reaches the router has no slash at its end either.
    this.app.set('case sensitive routing', true);
    this.app.set('strict routing', true);
  }

  /** Routes one operation to its handler. */
  serve(operation: Operation, handler: Handler, { maxFiles = 1, prefix = '' }: ServeOptions = {}): void {
    const { method, path, body, isBodyOptional, predicts, readsBody, answers, bodyMaxBytes } = operation;
    const usual = this.#routeOf(path, accessOf(operation));
    const route: Route = {
      ...usual,
      bodyMaxBytes: bodyMaxBytes ?? usual.bodyMaxBytes,
      task: operation.task,
      maxFiles,
      predicts,
      isBodyOptional,
      ...(body && readsBody === undefined && { body }),
    };
    const types = Object.keys(answers[200]?.content ?? {});
    this.#declare(method.toUpperCase(), { route, handler, isPage: types.length === 1 && types[0] === 'text/html', prefix });
  }

  #routeOf(path: string, access: MatchedRoute['access']): Route {
    const { bodyMaxBytes, oipBodyMaxBytes } = this.#options.config;
    const isOip = speaksOip(path);
    return { path, access, isOip, bodyMaxBytes: isOip ? oipBodyMaxBytes : bodyMaxBytes, answers: new Map() };
  }

  #declare(method: string, entry: Entry): void {
    const { path } = entry.route;
    const taken = method === 'GET' ? ['GET', 'HEAD'] : [method];
    this.#allowed.set(path, (this.#allowed.get(path) ?? new Set()).add(method));
    const pattern = patternOf(path);
    if (pattern === path)
      for (const each of taken) {
        const byPath = this.#exact.get(each) ?? new Map<string, Entry>();
        this.#exact.set(each, byPath.set(path, entry));
      }
    else
      this.app[method === 'GET' ? 'get' : 'post'](pattern, (request: Request, response: Response) =>
        this.#enter(entry, request, response, request.url, request.params as Readonly<Record<string, string>>),
      );
  }

  /**
   * Answers a request; this is what listens.
   *
   * Where the path says all, the route is looked up and not searched for: Express gives every request and response another prototype, after
   * which all that Node does with them is slower. What is not one path to every reader matches no route.
   */
  readonly handle = (request: Incoming, response: ServerResponse): void => {
    const url = request.url!;
    if (hasRepeatedHost(request.rawHeaders)) {
      this.#refuseMalformed('The request must have one Host header.', request, response);
      return;
    }
    const byPath = this.#exact.get(request.method!);
    const found = byPath?.get(url);
    if (found) {
      this.#enter(found, request, response, url, noParams);
      return;
    }
    const target = readTarget(url);
    if (typeof target === 'string') {
      this.#refuseMalformed(target, request, response);
      return;
    }
    const { path, query, hasTrailingSlash } = target;
    const entry = byPath?.get(path) ?? this.#below.get(path.slice(0, Math.max(0, path.indexOf('/', 1))));
    if (entry?.isPage && hasTrailingSlash && path !== '/') {
      const location = `../${basename(path)}${query}`;
      void this.#answer(entry.route, () => ({ status: 308, body: '', headers: { location } }), request, response, noParams);
    } else if (entry) this.#enter(entry, request, response, path + query, noParams);
    else if (this.#allowed.has(path)) this.#refuseMethod(path, request, response);
    else {
      request.url = path + query;
      this.app(request, response);
    }
  };

  #enter({ route, handler, prefix }: Entry, request: Incoming, response: ServerResponse, url: string, params: Readonly<Record<string, string>>): void {
    const rest = prefix === '' ? url : url.slice(prefix.length);
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    void this.#answer(route, handler, request, response, params);
  }

  /** Answers a request that came by the operations port. */
  readonly handleOperations = (request: Incoming, response: ServerResponse): void => {
    request.isByOperationsPort = true;
    this.handle(request, response);
  };

  /** Opens WebSockets at a path; whoever asks for it without one is told so. */
  serveStream(operation: Operation, limits: StreamLimits, open: StreamOpener): void {
    const { admitHandshake } = this.#options;
    this.streams.serve(operation.path, limits, (asked) => {
      admitHandshake?.(asked.request);
      return open(asked);
    });
    this.serve(operation, () => {
      throw new Problem('upgrade-required', undefined, { headers: { upgrade: 'websocket', connection: 'upgrade' } });
    });
  }

  /** Serves pages and their files by path, to anyone. */
  servePages(pages: Readonly<Record<string, Handler>>): void {
    for (const [path, handler] of Object.entries(pages)) this.#declare('GET', { route: this.#routeOf(path, 'open'), handler, isPage: true, prefix: '' });
  }

  /** Hands what is below a path to one handler, which takes only reading methods, under one label; to anyone. */
  serveBelow(prefix: string, handler: Handler): void {
    this.#below.set(prefix, { route: this.#routeOf(`${prefix}/*`, 'open'), handler, isPage: false, prefix });
  }

  /** Answers what no route took. Call it last. */
  finish(): void {
    for (const path of this.#allowed.keys())
      if (patternOf(path) !== path) this.app.all(patternOf(path), (request: Request, response: Response) => this.#refuseMethod(path, request, response));
    this.app.use((request: Request, response: Response) => {
      const problem = new Problem('not-found', `Path ${request.path.slice(0, 200)} not found; see /docs for the available paths.`);
      this.#refuse(this.#unmatched(request.path), problem, request, response);
    });
    this.app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
      this.#refuse(this.#unmatched(request.path), Problem.from(error), request, response);
    });
  }

  /** The route of what matches none: any known caller may learn that there is nothing. */
  #unmatched(target: string): Route {
    return isBelowOip(target) ? this.#nothingOip : this.#nothing;
  }

  #refuseMethod(path: string, request: Incoming, response: ServerResponse): void {
    const allow = [...this.#allowed.get(path)!].join(', ');
    const problem = new Problem('method-not-allowed', `${request.method} is not allowed on ${path}; allowed: ${allow}.`, { headers: { allow } });
    let route = this.#refusedMethods.get(path);
    if (!route) this.#refusedMethods.set(path, (route = this.#routeOf(path, 'caller')));
    this.#refuse(route, problem, request, response);
  }

  /** Refused before anything else looks at it. */
  #refuseMalformed(fault: string, request: Incoming, response: ServerResponse): void {
    this.#refuse(isBelowOip(request.url!) ? this.#malformedOip : this.#malformed, new Problem('malformed-request', fault), request, response);
  }

  #refuse(route: Route, problem: Problem, request: Incoming, response: ServerResponse): void {
    const refuse = (): never => {
      throw problem;
    };
    void this.#answer(route, refuse, request, response, noParams);
  }

  async #answer(route: Route, handler: Handler, request: Incoming, response: ServerResponse, params: Readonly<Record<string, string>>): Promise<void> {
    const { config, guard, metrics, operations } = this.#options;
    const context = new RequestContext(request, response, config, this.budget);
    const { head } = context;
    context.params = params;
    context.route = route;
    this.open += 1;
    response.on('close', () => {
      this.open -= 1;
      if (!response.writableFinished) context.cancel();
      this.lastAnswerAt = performance.now();
      this.#recorder.record(route, context, this.lastAnswerAt);
    });
    if (this.closing) head.push('connection', 'close');
    if (route.predicts) metrics.inFlight.inc();
    try {
      if (!route.isMalformed) this.#origins.checkRequest(request);
      if (operations) requirePort(operations, route, request);
      const respond = (): Given => this.#respond(route, handler, context);
      const given = guard && !route.isMalformed ? guard(context, route, respond) : respond();
      const reply = given instanceof Promise ? await given : given;
      if (reply) sendReply(response, reply, head);
    } catch (error) {
      const problem = Problem.from(error);
      context.problem = problem;
      if (response.headersSent) response.destroy();
      else sendProblem(response, problem, context.id, route.isOip, head);
    } finally {
      context.releaseBody();
      if (route.predicts) metrics.inFlight.dec();
    }
  }

  /** Answers a request that has been let in. */
  #respond(route: Route, handler: Handler, context: RequestContext): Given {
    const { request, response, head } = context;
    // Predictions return what is to be sent; other handlers may write it themselves.
    if (!route.predicts) for (let at = 0; at < head.length; at += 2) response.setHeader(head[at]!, head[at + 1]!);
    return route.body && !(route.isBodyOptional && isWithoutBody(request)) ? this.#receive(route, route.body, handler, context) : ask(route, handler, context);
  }

  async #receive(route: Route, body: NonNullable<Route['body']>, handler: Handler, context: RequestContext): Promise<Reply | undefined> {
    const limits = { bodyMaxBytes: route.bodyMaxBytes, jsonMaxDepth: this.#options.config.jsonMaxDepth };
    context.received = await receive(context, body, limits, route.maxFiles);
    return await ask(route, handler, context);
  }
}

/** Asks a handler, which has until the deadline of the request. */
function ask(route: Route, handler: Handler, context: RequestContext): Given {
  const now = route.predicts ? context.clock.mark('receive') : performance.now();
  const work = handler(context);
  return work instanceof Promise ? context.withinDeadline(work, now) : work;
}

/** A declared path as Express writes it. */
function patternOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function isWithoutBody({ headers }: IncomingMessage): boolean {
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}

export async function createShell(options: ShellOptions): Promise<Shell> {
  // Loaded here and not above: a process that only looks after others needs none of its memory.
  const { default: express } = await import('express');
  return new Shell(express(), options);
}
