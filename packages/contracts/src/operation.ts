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

/** Who may make a call where callers are known: anyone, any known caller, a caller with the scope of the task, or an administrator. */
export type Access = 'open' | 'caller' | 'task' | 'admin';

/** On which port a call is served where operations have one of their own; `both` is for probes and what pages are made of. */
export type Plane = 'public' | 'operations' | 'both';

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
  /** Largest body, where that is less than the server's limit. */
  readonly bodyMaxBytes?: number;
  /** The call can be made without a body. */
  readonly isBodyOptional?: boolean;
  /** Set where the handler reads the body itself, for its form is not one of the usual. */
  readonly readsBody?: 'handler';
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemCode[];
  /** Unless it is set: the task's callers for reading and predicting, an administrator for everything else. */
  readonly access?: Access;
  /** The task that the call belongs to, at a server of several. */
  readonly task?: string;
  /** True where a request carries work for a model: it is traced, logged and counted as such. */
  readonly predicts?: boolean;
  /** `public` unless set. */
  readonly plane?: Plane;
}

/** Who may make a call; one that changes something needs an administrator from the day it is declared. */
export function accessOf({ access, method, predicts }: Pick<Operation, 'access' | 'method' | 'predicts'>): Access {
  return access ?? (predicts || method === 'get' ? 'task' : 'admin');
}
