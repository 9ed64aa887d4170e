const terms = 200;
const steps = 80;

/** Share of a standard normal distribution below z: Φ(z) = 1/2 + φ(z) Σ z^(2k+1) / (1·3·5…(2k+1)) (Abramowitz, Stegun 26.2.11). */
export function normalShare(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let term = z;
  let sum = z;
  for (let k = 1; k < terms; k++) {
    term *= (z * z) / (2 * k + 1);
    if (sum + term === sum) break;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The z below which a share of a standard normal distribution lies, by halving. */
export function normalQuantile(share: number): number {
  if (share <= 0) return -Infinity;
  if (share >= 1) return Infinity;
  let [low, high] = [-8, 8];
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
