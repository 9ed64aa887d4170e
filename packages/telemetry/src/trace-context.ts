import { randomFillSync } from 'node:crypto';

/** W3C trace context of one request in this process. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly sampled: boolean;
  readonly state?: string;
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Random bytes as hex, drawn from a pool since a system call a request would cost more than the rest of this file. */
function randomHex(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.toString('hex', used - length, used);
}

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/**
 * Goes on with the caller's trace or begins a new one.
 *
 * @param traceparent header of that name; a malformed one counts as absent (W3C Trace Context, section 3.2.2)
 * @param tracestate header of that name; kept only beside a valid traceparent
 */
export function continueTrace(traceparent?: string, tracestate?: string): TraceContext {
  const match = traceparent === undefined ? null : pattern.exec(traceparent);
  if (!match) return { traceId: randomHex(16), spanId: randomHex(8), sampled: true };
  const sampled = (Number.parseInt(match[3]!, 16) & 1) === 1;
  return { traceId: match[1]!, spanId: randomHex(8), parentSpanId: match[2]!, sampled, ...(tracestate && { state: tracestate }) };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
