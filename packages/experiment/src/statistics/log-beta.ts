import { logGamma } from '@facet/math';

/** Logarithm of the multivariate beta function: Σ ln Γ(a) - ln Γ(Σ a). */
export function logBeta(parameters: readonly number[]): number {
  return parameters.reduce((sum, a) => sum + logGamma(a), 0) - logGamma(parameters.reduce((sum, a) => sum + a, 0));
}
