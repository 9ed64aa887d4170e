interface ErrorFields {
  readonly status: number | undefined;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[] | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call that did not succeed.
 *
 * `code` is one of the catalogue of problems, or `timeout` and `unreachable` where no answer came at all.
 */
export class FacetError extends Error {
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined;
  readonly code: string;
  /** Names the request in the logs of the suite. */
  readonly requestId: string | undefined;
  /** Each faulty field of the request. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** When it makes sense to ask again. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, code, requestId, errors = [], retryAfterMs, cause }: ErrorFields) {
    super(message, { cause });
    this.name = 'FacetError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }

  /** Reads a problem from an answer that is not a success, whoever made it: a proxy's page is one too. */
  static async from(answer: Response): Promise<FacetError> {
    const text = await answer.text();
    let problem: { detail?: string; title?: string; code?: string; instance?: string; errors?: ErrorFields['errors']; error?: string } = {};
    try {
      problem = JSON.parse(text) as typeof problem;
    } catch {
      // Not ours: the status has to do.
    }
    return new FacetError(problem.detail ?? problem.error ?? problem.title ?? `the server returned ${answer.status}`, {
      status: answer.status,
      code: problem.code ?? `http-${answer.status}`,
      requestId: problem.instance ?? answer.headers.get('x-request-id') ?? undefined,
      errors: problem.errors,
      retryAfterMs: retryAfterOf(answer.headers.get('retry-after')),
    });
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3), as milliseconds from now. */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
