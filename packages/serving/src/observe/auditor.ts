import { sha256, type AuditEvent } from '@facet/audit';
import { sendRequest } from '@facet/ipc';
import type { CallMeta } from '../task/call.ts';
import type { Answerer } from '../task/ensemble.ts';
import type { Watch } from '../task/watch.ts';
import { auditEvents } from './topics.ts';

/** Events are handed on so often, or when there are so many. */
const handOnMs = 100;
const handOnEvents = 256;

/** What came, and what it is. */
interface Sent {
  readonly bytes: Buffer;
  readonly contentType: () => string;
}

/** Notes what every prediction of one process was, for the audit. */
export class Auditor<Input, Answer> {
  readonly #watch: Watch<Input, Answer, never>;
  readonly #keepsInput: boolean;
  #events: AuditEvent[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param policy `hash` keeps no more of the input than its hash; `input` keeps it, and the user. Both keep the authenticated caller */
  constructor(watch: Watch<Input, Answer, never>, policy: 'hash' | 'input') {
    this.#watch = watch;
    this.#keepsInput = policy === 'input';
    this.#timer = setInterval(() => void this.#handOn(), handOnMs).unref();
  }

  /** @param bytes the input as it was sent, where it was sent by itself */
  record(model: Answerer, input: Input, answer: Answer, elapsedMs: number, call: CallMeta, bytes: Buffer | undefined): void {
    const sample = () => this.#watch.sample(input);
    this.recordSent(model, { bytes: bytes ?? sample().bytes, contentType: () => sample().contentType }, answer, elapsedMs, call);
  }

  /** The same of an input that never was the task's own. */
  recordSent(model: Answerer, { bytes: sent, contentType }: Sent, answer: Answer, elapsedMs: number, { id, user, caller, isShadow }: CallMeta): void {
    this.#events.push({
      at: new Date().toISOString(),
      kind: 'prediction',
      request_id: id,
      model: model.reference,
      ...(isShadow && { shadow: true }),
      input_sha256: sha256(sent),
      input_bytes: sent.length,
      answer,
      ms: Math.round(elapsedMs * 1000) / 1000,
      ...((this.#keepsInput || caller !== undefined) && {
        personal: {
          ...(caller !== undefined && { caller }),
          ...(this.#keepsInput && { ...(user !== undefined && { user }), input: sent.toString('base64'), input_type: contentType() }),
        },
      }),
    });
    if (this.#events.length >= handOnEvents) void this.#handOn();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#handOn();
  }

  async #handOn(): Promise<void> {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    // It fails only when the process above is gone, and this one soon is.
    await sendRequest(auditEvents, events).catch(() => undefined);
  }
}
