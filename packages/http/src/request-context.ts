import { versionName } from '@facet/contracts';
import { continueTrace, StageClock, type TraceContext } from '@facet/telemetry';
import { Problem } from '@facet/problem';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MatchedRoute } from './matched-route.ts';
import { isShadowRequest } from './shadow.ts';
import type { BodyBudget } from './receive/body-budget.ts';
import type { Received } from './receive/receive.ts';

interface Deadlines {
  readonly deadlineMs: number;
  readonly deadlineMaxMs: number;
}

const requestIdPattern = /^[\w.:-]{1,128}$/;

/** One header as text; the first where it came several times. */
function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function userOf(request: IncomingMessage): string | undefined {
  const named = header(request, 'x-user-id') ?? /(?:^|;\s*)facet-user=([^;]+)/.exec(header(request, 'cookie') ?? '')?.[1];
  return named === undefined || named === '' ? undefined : named.slice(0, 256);
}

/**
 * The caller that the gateway authenticated; undefined where it named none. The header is the gateway's word only where nothing but the gateway
 * reaches this process: a guard in front of this must remove it from requests that do not come from there.
 */
export function callerOf(request: IncomingMessage): string | undefined {
  const named = header(request, 'x-client-id');
  if (named === undefined || named === '') return undefined;
  try {
    return decodeURIComponent(named).slice(0, 256);
  } catch {
    return named.slice(0, 256);
  }
}

export function forcedVersionOf(request: IncomingMessage): string | undefined {
  const asked = header(request, 'x-model-version');
  return asked ? versionName(asked) : undefined;
}

/** What goes along with one request from its first byte to its log line. */
export class RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly trace: TraceContext;
  readonly clock = new StageClock();
  /** On the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** The route that it matched. */
  route!: MatchedRoute;
  /** Set when nobody waits for the answer any more. */
  cancelled = false;
  /** What its body is counted against, and what of that it holds. */
  readonly budget: BodyBudget;
  heldBytes = 0;
  /** The body, for operations that take one. */
  received: Received | undefined;
  /** The body as it came, for those who pass it on. */
  bytes: Buffer | undefined;
  /** Counts the items of a batch against the caller's limits, once they are known; undefined where nothing limits the caller. */
  charge: ((items: number) => Promise<void>) | undefined;
  /** The parameters of the path, by name. */
  params: Readonly<Record<string, string>> = {};
  /** Headers of the answer, whatever it is: names and values in turn. */
  readonly head: string[];
  /** Why it was refused. */
  problem: Problem | undefined;
  /** What the log line and the trace say besides the usual: version, prediction summary. */
  readonly notes: Record<string, unknown> = {};
  #onCancel: (() => void)[] | undefined;
  #isLate = false;

  constructor(request: IncomingMessage, response: ServerResponse, deadlines: Deadlines, budget: BodyBudget) {
    this.budget = budget;
    this.request = request;
    this.response = response;
    const id = header(request, 'x-request-id');
    this.id = id !== undefined && requestIdPattern.test(id) ? id : randomUUID();
    this.head = ['x-request-id', this.id, 'x-content-type-options', 'nosniff'];
    this.trace = continueTrace(header(request, 'traceparent'), header(request, 'tracestate'));
    this.deadlineAt = this.clock.startedAt + allowedMs(header(request, 'x-request-timeout-ms'), deadlines);
  }

  /** Who asks, for sticky versions: the `x-user-id` header or the `facet-user` cookie. */
  get user(): string | undefined {
    return userOf(this.request);
  }

  /** The caller that the gateway authenticated, whatever user the caller names. */
  get caller(): string | undefined {
    return callerOf(this.request);
  }

  /** It came by the operations port, which only operators and their tools reach. */
  get isByOperationsPort(): boolean {
    return (this.request as { isByOperationsPort?: boolean }).isByOperationsPort === true;
  }

  /** Whether this is a copy of a request that another version answers: it is no prediction that anybody asked for. */
  get isShadow(): boolean {
    return isShadowRequest(this.request);
  }

  get forcedVersion(): string | undefined {
    return forcedVersionOf(this.request);
  }

  /** Calls back when the deadline passes or the client goes. */
  onCancel(callback: () => void): void {
    if (this.cancelled) callback();
    else (this.#onCancel ??= []).push(callback);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const callback of this.#onCancel ?? []) callback();
  }

  /** Gives the bytes of its body back, unless somebody still works with them: then that is done when the work ends. */
  releaseBody(): void {
    if (!this.#isLate) this.budget.release(this);
  }

  /**
   * Waits for an answer until the deadline.
   *
   * @param now when this turn of the event loop came to the request: Node counts timers from the turn's beginning
   * @throws {Problem} `deadline-exceeded`
   */
  withinDeadline<T>(work: Promise<T>, now: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#isLate = true;
          this.cancel();
          reject(new Problem('deadline-exceeded'));
        },
        Math.max(0, this.deadlineAt - now),
      );
      work.then(
        (value) => {
          clearTimeout(timer);
          if (this.#isLate) this.budget.release(this);
          resolve(value);
        },
        (error: unknown) => {
          clearTimeout(timer);
          if (this.#isLate) this.budget.release(this);
          reject(error);
        },
      );
    });
  }
}

/** A deadline that is no number, or longer than allowed, falls back to the limit: it is a wish, not an error. */
function allowedMs(asked: string | undefined, { deadlineMs, deadlineMaxMs }: Deadlines): number {
  if (asked === undefined) return deadlineMs;
  const value = Number(asked);
  return value >= 0 && asked.trim() !== '' ? Math.min(value, deadlineMaxMs) : deadlineMs;
}
