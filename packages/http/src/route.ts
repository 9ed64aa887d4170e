import type { Operation, Plane } from '@facet/contracts';
import type { Metrics } from '@facet/telemetry';
import type { MatchedRoute } from './matched-route.ts';

/** What the shell must know of a route to watch over it. */
export interface Route extends MatchedRoute {
  /** What counts its answers, by method and status. */
  readonly answers: Map<string, ReturnType<Metrics['answersOf']>>;
  readonly body?: Operation['body'];
  readonly isBodyOptional?: boolean | undefined;
  /** Files that one form may carry; one unless said. */
  readonly maxFiles?: number;
  readonly predicts?: boolean | undefined;
  /** Of requests whose target or host has no one reading, which no guard can judge. */
  readonly isMalformed?: boolean;
  /** Looked up with the first request. */
  plane?: Plane;
}
