import { splitRows, type Tensors } from '@facet/inference';
import type { Auditor } from '../observe/auditor.ts';
import type { Observer } from '../observe/observer.ts';
import type { CallMeta } from '../task/call.ts';
import type { ServedModel } from '../task/served-model.ts';
import type { Task } from '../task/task.ts';

/** One row that is inferred. */
interface Row {
  /** As it came. */
  readonly sent: Buffer;
  readonly row: Float32Array;
  /** What was seen when it was prepared here; undefined where it came ready. */
  readonly seen?: unknown;
}

interface KeptRow extends Row {
  readonly index: number;
  /** Besides the audit, if there is one, it is looked at for drift. */
  readonly isLookedAt: boolean;
}

export interface RowObservers<Input, Answer extends object> {
  readonly task: Task<Input, Answer>;
  readonly observer: Observer<Input, Answer>;
  readonly auditor: Auditor<Input, Answer> | undefined;
}

/** Those rows of one call that are observed as predictions are: kept while they are inferred, looked at after the response. */
export class ObservedRows<Input, Answer extends object> {
  readonly #observers: RowObservers<Input, Answer>;
  readonly #call: CallMeta;
  readonly #count: number;
  readonly #kept: KeptRow[] = [];

  /** @param count rows of the call */
  constructor(observers: RowObservers<Input, Answer>, call: CallMeta, count: number) {
    this.#observers = observers;
    this.#call = call;
    this.#count = count;
  }

  /** @param read called only if the row is observed */
  keep(index: number, read: () => Row): void {
    const { observer, auditor } = this.#observers;
    const isLookedAt = !this.#call.isShadow && observer.look() !== undefined;
    if (isLookedAt || auditor) this.#kept.push({ ...read(), index, isLookedAt });
  }

  /** Observes a row a turn of the event loop, so that a call of many holds up no other. */
  observe(outputs: Tensors, model: ServedModel, elapsedMs: number): void {
    const rows = splitRows(
      outputs,
      Array.from({ length: this.#count }, () => 1),
    );
    const next = (): void => {
      const kept = this.#kept.shift();
      if (!kept) return;
      this.#observe(kept, rows[kept.index]!, model, elapsedMs);
      setImmediate(next);
    };
    setImmediate(next);
  }

  #observe({ index, sent, row, seen: already, isLookedAt }: KeptRow, outputs: Tensors, model: ServedModel, elapsedMs: number): void {
    const { task, observer, auditor } = this.#observers;
    const { id, user, caller, isShadow } = this.#call;
    const call = { id: this.#count === 1 ? id : `${id}.${index}`, user, caller, isShadow };
    const seen = already ?? task.rows.see(row, model);
    const answer = task.rows.read(outputs, model, seen as never);
    // A tensor of nonsense is answered with such.
    const isSound = Number.isFinite(task.confidenceOf(answer) ?? 0);
    if (isLookedAt && isSound) observer.note({ model, input: undefined, answer, seen, call });
    auditor?.recordSent(model, { bytes: sent, contentType: () => 'application/octet-stream' }, answer, elapsedMs, call);
  }
}
