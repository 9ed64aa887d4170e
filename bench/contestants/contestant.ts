import type { TaskName } from '../payloads/cases.ts';
import type { Body } from '../payloads/request.ts';

/** How to start one process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A checkout other than this one. */
  readonly cwd?: string;
}

/** Someone who answers requests: Facet, or what people would otherwise run. */
export interface Contestant {
  readonly name: string;
  readonly title: string;
  /** What it is made of, by version: `uvicorn 0.54.0, …`. */
  readonly versions?: string;
  /** Its processes work while nobody asks them, at the cost of whoever's turn it is: it takes part when it is named. */
  readonly isRestless?: boolean;
  /** Gets what it needs to run, the first time; later calls find it there. */
  prepare?(): Promise<void>;
  /** The processes that answer for one task. */
  launches(task: TaskName, freePort: () => Promise<number>): Promise<Launches>;
  /** Where it cannot take the request that all others take. */
  readonly protocol?: Protocol;
}

/** Another way of asking the same. */
export interface Protocol {
  request(body: Body): Body;
  /** What its answer, parsed, holds of what the others answer. */
  answer(parsed: unknown): unknown;
}

export interface Launches {
  /** In the order in which they start; the last one is asked. */
  readonly launches: readonly Launch[];
  /** So many of the first only stand behind what is measured: their CPU time and memory do not count. */
  readonly behind?: number;
  readonly port: number;
  readonly path: string;
}
