/**
 * How unsure a classifier is, 0 to 1: the larger of one minus the margin between its two best classes, which sees a tie of two, and of the
 * entropy as a share of the largest possible, which sees a tie of many (Settles, 'Active Learning Literature Survey', 2009, section 3.1).
 *
 * @param probabilities add up to 1
 */
export function classUncertainty(probabilities: Iterable<number>): number {
  let best = 0;
  let second = 0;
  let entropy = 0;
  let count = 0;
  for (const p of probabilities) {
    count += 1;
    if (p > best) {
      second = best;
      best = p;
    } else if (p > second) second = p;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return count < 2 ? 0 : Math.min(1, Math.max(1 - (best - second), entropy / Math.log(count)));
}

/** How unsure a detector is of one object: one minus the margin between 'it is one' and 'it is none' (Brust, Käding, Denzler, 2019). */
export function objectUncertainty(confidence: number): number {
  return 1 - Math.abs(2 * confidence - 1);
}
