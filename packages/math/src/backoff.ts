/** How long to wait before another attempt, in milliseconds. */
export interface Backoff {
  /** After the first failure; each further one doubles it. */
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Exponential backoff: the wait after a number of failures in a row, in milliseconds; none after none. */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff): number {
  return failures <= 0 ? 0 : Math.min(mostMs, firstMs * 2 ** (failures - 1));
}
