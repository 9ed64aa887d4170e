/**
 * Chance that a score is higher for one of `known` than for one of `unknown`; equal scores count half (Mann, Whitney 1947).
 *
 * Neither may be empty.
 */
export function auroc(known: readonly number[], unknown: readonly number[]): number {
  const all = [...known.map((score) => ({ score, isKnown: true })), ...unknown.map((score) => ({ score, isKnown: false }))].toSorted(
    (a, b) => a.score - b.score,
  );
  let rankSum = 0;
  for (let first = 0; first < all.length;) {
    let next = first;
    let knownHere = 0;
    for (; next < all.length && all[next]!.score === all[first]!.score; next += 1) knownHere += Number(all[next]!.isKnown);
    // Equal scores share the mean of their ranks, which begin at 1.
    rankSum += (knownHere * (first + 1 + next)) / 2;
    first = next;
  }
  return (rankSum - (known.length * (known.length + 1)) / 2) / (known.length * unknown.length);
}
