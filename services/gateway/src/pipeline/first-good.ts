import { withTimeout } from '../with-timeout.ts';

/** Something under way that can be broken off. */
export interface Run<T> {
  readonly result: Promise<T>;
  cancel(): void;
}

interface Hedge<T> {
  readonly first: Run<T>;
  /** Milliseconds after which the first is late. */
  readonly lateMs: number;
  /** Whether a second may be begun once the first is late; the first may come meanwhile. */
  readonly mayBegin: () => Promise<boolean>;
  /** Begins a second; undefined where none is to be had. */
  readonly begin: () => Run<T> | undefined;
  readonly isGood: (result: T) => boolean;
  /** Told which one gave the good result, where there were two. */
  readonly onWon: (winner: 'first' | 'second') => void;
}

/**
 * What the first comes to, or where it is late the first good result of two; the other is broken off. Where none is good, what the first
 * came to.
 *
 * After Dean and Barroso, The Tail at Scale (2013): a hedged request.
 */
export async function firstGood<T>({ first, lateMs, mayBegin, begin, isGood, onWon }: Hedge<T>): Promise<T> {
  const inTime = await withTimeout(first.result, lateMs);
  if (inTime !== undefined) return inTime;
  const isOver = first.result.then(
    () => true,
    () => true,
  );
  const second = (await Promise.race([isOver.then(() => false), mayBegin()])) ? begin() : undefined;
  if (second === undefined) return first.result;
  const goodOf = async ({ result }: Run<T>): Promise<T> => {
    const value = await result;
    if (!isGood(value)) throw new Error('not good');
    return value;
  };
  const good = (['first', 'second'] as const).map(async (name) => ({ name, value: await goodOf(name === 'first' ? first : second) }));
  try {
    const { name, value } = await Promise.any(good);
    (name === 'first' ? second : first).cancel();
    onWon(name);
    return value;
  } catch {
    return first.result;
  }
}
