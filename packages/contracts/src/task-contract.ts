import type { ProblemCode } from '@facet/problem';
import type { z } from 'zod';
import type { Body, Operation } from './operation.ts';

/** What sets one task's API apart from another's; everything else is the same for all. */
export interface TaskContract {
  readonly task: string;
  /** How an input becomes an answer; the tasks that every suite has are named like their kinds. */
  readonly kind: string;
  /** Where the service of that task listens unless it is told otherwise. */
  readonly port: number;
  /** Seconds within which the gateway answers 99 of 100 predictions; a bound of the histogram of durations, so that their share is exact. */
  readonly latencyObjectiveSeconds: number;
  /** Whether one prediction takes so long that it is worth all CPUs: its service sizes itself also beside others on one machine. */
  readonly isHeavy?: boolean;
  /** Values of the chart of its service, beside those that every service has. */
  readonly chartValues?: Readonly<Record<string, z.ZodType>>;
  readonly title: string;
  readonly description: string;
  readonly body: Readonly<Record<string, Body>>;
  readonly query?: z.ZodObject;
  /** Largest body of a prediction or a batch, where that is less than the server's limit. */
  readonly bodyMaxBytes?: number;
  /** One item of a batch, and one that is accepted. */
  readonly item: z.ZodType;
  readonly itemExample: unknown;
  /** An inference request of the Open Inference Protocol that is accepted. */
  readonly oipExample: unknown;
  /** The answer without its envelope. */
  readonly answer: z.ZodObject;
  /** `POST /read`, where the task has it: all that one input shows, with the answer without its envelope. */
  readonly transcription?: { readonly summary: string; readonly answer: z.ZodObject };
  /** What is right of an input, as people and training say it, and one that fits the example of an item. */
  readonly truth: z.ZodType;
  readonly truthExample: unknown;
  /** How the answers of several versions become one, in words. */
  readonly ensemble: string;
  /** What `Accept: text/plain` gets, where the task has such a form. */
  readonly plain?: string;
  /** What an `image/jpeg` answer shows, where the task has such a form. */
  readonly picture?: string;
  readonly problems: readonly ProblemCode[];
  /** A WebSocket, where the task has one. */
  readonly stream?: Operation;
}

/**
 * A contract with the limit of bodies that holds where it is served.
 *
 * @param configured for this task; without it the contract's own holds, as far as the server's allows
 * @param serverMaxBytes largest body of the server
 */
export function withBodyLimit<T extends TaskContract>(contract: T, configured: number | undefined, serverMaxBytes: number): T {
  return { ...contract, bodyMaxBytes: configured ?? Math.min(contract.bodyMaxBytes ?? Infinity, serverMaxBytes) };
}
