/** Maps items with so many calls under way at once, keeping their order. */
export async function inParallel<T, R>(items: readonly T[], lanes: number, map: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await map(items[index]!, index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
