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
  /** As OpenAPI writes it: a parameter stands in braces and is a whole segment. */
  readonly path: string;
  /** The parameters of the path. */
  readonly params?: z.ZodObject;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly query?: z.ZodObject;
  /** Bodies by media type; none for calls without one. */
  readonly body?: Readonly<Record<string, Body>>;
  /** The call can be made without a body. */
  readonly isBodyOptional?: boolean;
  /** Set where the handler reads the body itself, for its form is not one of the usual. */
  readonly readsBody?: 'handler';
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
  /** True where a request carries work for a model: it is traced, logged and counted as such. */
  readonly predicts?: boolean;
}

/**
 * The path, of those that operations have, under which a real one falls.
 *
 * @param paths with parameters in braces; one without wins over one with
 */
export function matchPath(paths: Iterable<string>, real: string): string | undefined {
  const segments = real.split('/');
  let found: string | undefined;
  for (const path of paths) {
    if (path === real) return path;
    const parts = path.split('/');
    if (parts.length === segments.length && parts.every((part, index) => part === segments[index] || (part.startsWith('{') && segments[index] !== '')))
      found ??= path;
  }
  return found;
}
