import { catalogue, type ProblemCode } from './catalogue.ts';

/** One fault in the request: where (a JSON pointer, or the name of a form field or header) and what would be right. */
export interface ProblemFault {
  readonly pointer: string;
  readonly detail: string;
}

/** The wire form, `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  errors?: ProblemFault[];
}

interface ProblemOptions {
  /** One fault each, for the client to fix. */
  errors?: readonly ProblemFault[];
  /** Seconds until a retry makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Further response headers, such as `Allow`. */
  headers?: Readonly<Record<string, string>>;
  /** What went wrong inside: for the log, never for the wire. */
  cause?: unknown;
}

/**
 * The one error that reaches a client.
 *
 * Whatever else is thrown becomes `internal` and loses its message on the wire (see {@link Problem.from}).
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly ProblemFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? catalogue[code].advice, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = catalogue[code].status;
    this.errors = options.errors;
    this.headers =
      options.retryAfterSeconds === undefined
        ? (options.headers ?? {})
        : { ...options.headers, 'retry-after': String(Math.max(1, Math.ceil(options.retryAfterSeconds))) };
  }

  /** The error itself when it is a problem, else `internal` with the error as its cause. */
  static from(error: unknown): Problem {
    return error instanceof Problem ? error : new Problem('internal', undefined, { cause: error });
  }

  /** @param instance the request id */
  toBody(instance: string): ProblemBody {
    return {
      type: `urn:facet:problem:${this.code}`,
      title: catalogue[this.code].title,
      status: this.status,
      detail: this.message,
      instance,
      code: this.code,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}
