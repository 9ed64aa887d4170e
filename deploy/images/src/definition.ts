import { kindNames, taskContracts, type Kind } from '../../../packages/contracts/src/index.ts';

/** The images: each a `NAME` for Dockerfile.base, a service, and a name after `facet-`. */
export const imageNames: readonly ImageName[] = ['gateway', ...kindNames, 'all'];

export type ImageName = 'gateway' | Kind | 'all';

/** Tasks whose models an image carries. */
export function modelsOf(name: ImageName): readonly string[] {
  return taskContracts.filter(({ kind }) => name === 'all' || name === kind).map(({ task }) => task);
}

/** What one image may weigh, unpacked. */
export const budgetBytes = 200_000_000;

/** Who runs in it. */
export const userId = 1000;

/** The list of what is inside, as an image carries it. */
export const sbomPath = '/app/sbom.cdx.json';
