import { logBeta } from './log-beta.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const steps = 60;

/**
 * An interval for a proportion that holds at every moment at once, however often it is looked at and whenever one stops: all p under which
 * the uniform mixture of likelihood ratios, a martingale that starts at 1, has not reached 1/alpha (Robbins, 'Statistical methods related
 * to the law of the iterated logarithm', 1970; Howard, Ramdas, McAuliffe, Sekhon, 'Time-uniform, nonparametric, nonasymptotic confidence
 * sequences', 2021; the level is Ville's inequality).
 *
 * @param alpha chance that the interval ever leaves the true proportion out
 */
export function proportionInterval(successes: number, trials: number, alpha = 0.05): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const mixture = logBeta([1 + successes, 1 + trials - successes]);
  const failures = trials - successes;
  const isOut = (p: number) => {
    const likelihood = (successes > 0 ? successes * Math.log(p) : 0) + (failures > 0 ? failures * Math.log(1 - p) : 0);
    return mixture - likelihood >= Math.log(1 / alpha);
  };
  const found = successes / trials;
  return { low: isOut(0) ? edge(0, found, isOut) : 0, high: isOut(1) ? edge(1, found, isOut) : 1 };
}

/** Where it begins to hold between a p that is out and one that is in: the ratio is convex in p. */
function edge(out: number, inside: number, isOut: (p: number) => boolean): number {
  let [far, near] = [out, inside];
  for (let step = 0; step < steps; step++) {
    const middle = (far + near) / 2;
    if (isOut(middle)) far = middle;
    else near = middle;
  }
  return far;
}
