/** Below this share of all classes, keeping the best so far is quicker than sorting all. */
const sortedShare = 1 / 8;

/** NaN, which only nonsense gives, comes last. */
function rankOf(scores: ArrayLike<number>, index: number): number {
  const score = scores[index]!;
  return Number.isNaN(score) ? -Infinity : score;
}

/**
 * The places of the largest scores, best first; of equal ones the first comes first.
 *
 * @param count most places; infinite for all
 */
export function bestFirst(scores: ArrayLike<number>, count: number): number[] {
  if (count > scores.length * sortedShare)
    return Array.from({ length: scores.length }, (_, index) => index)
      .sort((a, b) => rankOf(scores, b) - rankOf(scores, a) || a - b)
      .slice(0, count);
  const best: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    const rank = rankOf(scores, index);
    if (best.length === count && rank <= rankOf(scores, best[count - 1]!)) continue;
    let place = best.length === count ? count - 1 : best.length;
    for (; place > 0 && rankOf(scores, best[place - 1]!) < rank; place--) best[place] = best[place - 1]!;
    best[place] = index;
  }
  return best;
}
