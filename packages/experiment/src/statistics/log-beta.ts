/** ln Γ(x) for x > 0 by Stirling's series, shifted up to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 15; at += 1) shift += Math.log(at);
  const inverse = 1 / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680 - shift;
}

/** Logarithm of the multivariate beta function: Σ ln Γ(a) - ln Γ(Σ a). */
export function logBeta(parameters: readonly number[]): number {
  return parameters.reduce((sum, a) => sum + logGamma(a), 0) - logGamma(parameters.reduce((sum, a) => sum + a, 0));
}
