import type { ProblemCode } from '@facet/problem';
import type { z } from 'zod';

/** A body in one media type: what it holds, and examples that are really accepted. */
export interface Body {
  readonly schema: z.ZodType;
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema?: z.ZodType; readonly example?: unknown }>>;
}

/**
 * One call of the API as one value: the route, the validation, the OpenAPI entry, the metric label and the problems
 * that it may answer with all follow from it.
 */
export interface Operation {
  /** `operationId`, and with the path the name in metrics. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** As Express and OpenAPI both read it: no parameters are used. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly query?: z.ZodObject;
  /** Bodies by media type; none for calls without one. */
  readonly body?: Readonly<Record<string, Body>>;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
  /** True where a request carries work for a model: it is traced, logged and counted as such. */
  readonly predicts?: boolean;
}
