/** The mean of several distributions over the same classes, class by class. */
export function meanProbabilities(distributions: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const [first = {}] = distributions;
  return Object.fromEntries(Object.keys(first).map((name) => [name, distributions.reduce((sum, each) => sum + each[name]!, 0) / distributions.length]));
}
