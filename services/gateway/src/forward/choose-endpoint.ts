interface Choosable {
  readonly inFlight: number;
  /** False while it is to be left alone. */
  isUsable(now: number): boolean;
}

/**
 * The less loaded of two that are drawn at random: nearly as even as asking all, and no herd runs to the one that looks idle to everybody
 * (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001).
 *
 * Endpoints that are not open are left out, unless none is: then a doubtful one is better than nothing.
 *
 * @param except those that were asked already
 */
export function chooseEndpoint<T extends Choosable>(endpoints: readonly T[], now: number, random: () => number, except: readonly T[] = []): T | undefined {
  const usable = (endpoint: T): boolean => endpoint.isUsable(now) && !except.includes(endpoint);
  const pair = drawPair(endpoints, random);
  if (pair === undefined) return undefined;
  if (usable(pair[0]) && usable(pair[1])) return lessLoaded(pair);

  const untried = endpoints.filter((endpoint) => !except.includes(endpoint));
  const open = untried.filter((endpoint) => endpoint.isUsable(now));
  const among = drawPair(open.length > 0 ? open : untried, random);
  return among && lessLoaded(among);
}

function lessLoaded<T extends Choosable>([a, b]: readonly [T, T]): T {
  return b.inFlight < a.inFlight ? b : a;
}

/** Two different ones, or the only one twice. */
function drawPair<T>(from: readonly T[], random: () => number): readonly [T, T] | undefined {
  const count = from.length;
  if (count === 0) return undefined;
  if (count === 1) return [from[0]!, from[0]!];
  const first = Math.floor(random() * count);
  const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
  return [from[first]!, from[second]!];
}
