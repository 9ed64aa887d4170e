/** Two shades that a picture falls into. */
export interface Shades {
  /** The brightest value of the darker of the two. */
  readonly level: number;
  /** Mean values of both. */
  readonly dark: number;
  readonly bright: number;
  /** Part of all variance that lies between the two, from 0 to 1: near 1 where there are two shades and no more. */
  readonly separation: number;
}

/** The level that separates two shades best (Otsu 1979); undefined where there is only one. */
export function splitShades(data: ArrayLike<number>): Shades | undefined {
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]! | 0]!++;
  let [sum, squares] = [0, 0];
  for (let value = 0; value < 256; value++) {
    sum += value * counts[value]!;
    squares += value * value * counts[value]!;
  }
  const mean = sum / data.length;
  const variance = squares / data.length - mean * mean;
  let best: Shades | undefined;
  let most = 0;
  for (let level = 0, below = 0, sumBelow = 0; level < 255; level++) {
    below += counts[level]!;
    sumBelow += level * counts[level]!;
    const above = data.length - below;
    if (below === 0 || above === 0) continue;
    const [dark, bright] = [sumBelow / below, (sum - sumBelow) / above];
    const between = ((below / data.length) * above * (bright - dark) ** 2) / data.length;
    if (between <= most) continue;
    most = between;
    best = { level, dark, bright, separation: between / variance };
  }
  return best;
}
