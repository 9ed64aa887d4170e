import type { UpstreamAnswer } from '../http1/answer-parser.ts';

/**
 * What is wrong with an attempt that another pod may make good.
 *
 * `connect`: no pod ever saw it. `reset`: the pod broke the connection before the answer was whole. `gone`: its pod left the cluster meanwhile, or its
 * address no longer exists.
 * `unavailable`: a proxy in between has no word from it. The rest are the pod's own words, all with status 503.
 */
export const retryReasons = ['connect', 'reset', 'gone', 'overloaded', 'starting', 'draining', 'worker-lost', 'unavailable'] as const;

export type RetryReason = (typeof retryReasons)[number];

/** The pod is not there, or says that it is not up: nothing else is to be sent to it for now. */
export const plainReasons: ReadonlySet<RetryReason> = new Set<RetryReason>(['connect', 'starting', 'draining']);

/** The pod is well, though this request was not. */
export const aliveReasons: ReadonlySet<RetryReason> = new Set<RetryReason>(['overloaded', 'worker-lost']);

/** The pod had all of the request, and something of it was lost with that: the request may be what did it. */
export const exposingReasons: ReadonlySet<RetryReason> = new Set<RetryReason>(['reset', 'gone', 'worker-lost', 'unavailable']);

/** Most pods that one request may be given after each other where the one before was lost with it. */
export const maxExposedPods = 2;

/** Why a pool was closed with requests on it. */
export class EndpointGone extends Error {
  readonly code = 'ENDPOINT_GONE';
}

const resets = new Set(['ECONNRESET', 'EPIPE']);
const gone = new Set(['ENDPOINT_GONE', 'POOL_CLOSED']);
const unconnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Why an attempt that failed may be made again; undefined for errors that would only repeat, and for those that we caused. */
export function reasonOfError(error: unknown): RetryReason | undefined {
  const code = codeOf(error);
  const { syscall } = error as { syscall?: unknown };
  if (syscall === 'connect') return 'connect';
  // From an open connection these codes come of the network, not of the pod: a process that dies or hangs leaves its address behind.
  if (code === 'ETIMEDOUT') return 'gone';
  if (unconnected.has(code)) return syscall === 'read' || syscall === 'write' ? 'gone' : 'connect';
  if (resets.has(code)) return 'reset';
  return gone.has(code) ? 'gone' : undefined;
}

/** Why an answer is worth asking another pod for a better one; undefined for those that a pod gave as its last word. */
export function reasonOfAnswer({ status, body }: UpstreamAnswer): RetryReason | undefined {
  if (status < 502 || status > 504) return undefined;
  const start = body.toString('latin1', 0, 1024);
  // Other than 503 it is a proxy that speaks, unless it is a problem, or an error of the Open Inference Protocol.
  if (status !== 503) return /"(?:code|error)":/.test(start) ? undefined : 'unavailable';
  const code = /"code":\s*"(overloaded|starting|draining|worker-lost)"/.exec(start)?.[1];
  return (code as RetryReason | undefined) ?? 'unavailable';
}
