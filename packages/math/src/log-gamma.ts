/** ln Γ(a) for a > 0, by Γ(a + 1) = aΓ(a) up to where Stirling's series is exact to double precision. */
export function logGamma(a: number): number {
  let shift = 0;
  let at = a;
  for (; at < 15; at += 1) shift += Math.log(at);
  const inverse = 1 / at;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
