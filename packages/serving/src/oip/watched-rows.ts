import { splitRows, type Tensors } from '@facet/inference';
import type { RowWatch, RowWatcher, WatchedRow } from '../predictor.ts';
import type { ServedModel } from '../served-model.ts';

interface Answered {
  readonly model: ServedModel;
  readonly requestId: string;
  readonly user: string | undefined;
  readonly caller: string | undefined;
  readonly elapsedMs: number;
}

/** Those rows of one request that are to be watched: kept while they are inferred, looked at after the answer. */
export class WatchedRows {
  readonly #watcher: RowWatcher;
  readonly #kept: { readonly index: number; readonly wish: RowWatch; readonly row: WatchedRow }[] = [];
  readonly #count: number;

  /** @param count rows of the request */
  constructor(watcher: RowWatcher, count: number) {
    this.#watcher = watcher;
    this.#count = count;
  }

  /** @param read asked only if the row is to be watched */
  keep(index: number, read: () => WatchedRow): void {
    const wish = this.#watcher.willWatch();
    if (wish) this.#kept.push({ index, wish, row: read() });
  }

  /** A row a turn of the event loop, so that a request of many holds nobody up. */
  watch(outputs: Tensors, { model, requestId, user, caller, elapsedMs }: Answered): void {
    const parts = splitRows(
      outputs,
      Array.from({ length: this.#count }, () => 1),
    );
    const next = (): void => {
      const kept = this.#kept.shift();
      if (!kept) return;
      const id = this.#count === 1 ? requestId : `${requestId}.${kept.index}`;
      this.#watcher.watchRow(kept.wish, kept.row, parts[kept.index]!, model, elapsedMs, { requestId: id, user, caller, isShadow: false });
      setImmediate(next);
    };
    setImmediate(next);
  }
}
