import { FacetError } from './facet-error.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What one call may say besides what it asks. */
export interface CallOptions {
  /** Time for the whole call, retries included; the suite hears what is left of it and drops what comes too late. */
  readonly timeoutMs?: number;
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Insists on a model version. */
  readonly version?: string;
  /** Stays on one version while the shares stay. */
  readonly user?: string;
  /** Further headers, such as `cache-control: no-store` or `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallDefaults {
  readonly url: string;
  readonly apiKey: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly retries: RetryPolicy;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit['body']>;
}

/**
 * Makes a call, and makes it again where that may help, until its deadline.
 *
 * @throws {FacetError} when it did not succeed
 * @throws what `signal` was aborted with
 */
export async function call(defaults: CallDefaults, asked: Asked, options: CallOptions = {}): Promise<Response> {
  const { timeoutMs = defaults.timeoutMs, signal } = options;
  const deadlineAt = performance.now() + timeoutMs;
  defaults.retries.earn();
  for (let attempt = 0; ; attempt += 1) {
    const failure = await attemptOnce(defaults, asked, options, deadlineAt);
    if (!(failure instanceof FacetError)) return failure;
    const waitMs = defaults.retries.next(failure, attempt, deadlineAt - performance.now());
    if (waitMs === undefined) throw failure;
    await pause(waitMs, signal);
  }
}

async function attemptOnce(defaults: CallDefaults, asked: Asked, options: CallOptions, deadlineAt: number): Promise<Response | FacetError> {
  const { signal, version, user } = options;
  const remainingMs = Math.max(1, Math.floor(deadlineAt - performance.now()));
  const late = AbortSignal.timeout(remainingMs);
  const key = typeof defaults.apiKey === 'function' ? await defaults.apiKey() : defaults.apiKey;
  signal?.throwIfAborted();
  try {
    const answer = await defaults.fetch(`${defaults.url}${asked.path}`, {
      method: asked.method,
      headers: {
        ...asked.headers,
        'x-request-timeout-ms': String(remainingMs),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(version !== undefined && { 'x-model-version': version }),
        ...(user !== undefined && { 'x-user-id': user }),
        ...options.headers,
      },
      ...(asked.body !== undefined && { body: asked.body }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return answer.ok ? answer : await FacetError.from(answer);
  } catch (cause) {
    signal?.throwIfAborted();
    const [code, message] = late.aborted
      ? (['timeout', `no response from ${defaults.url} within the deadline`] as const)
      : (['unreachable', `${defaults.url} cannot be reached`] as const);
    return new FacetError(message, { status: undefined, code, requestId: undefined, cause });
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      // What a signal was aborted with is the caller's own.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
