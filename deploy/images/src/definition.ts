/** The images: each a target of Dockerfile.base, a service, and a name after `facet-`. */
export const imageNames = ['gateway', 'gesture', 'digit', 'detection', 'classification', 'all'] as const;

export type ImageName = (typeof imageNames)[number];

/** Tasks whose models an image carries. */
export const modelsOf: Readonly<Record<ImageName, readonly string[]>> = {
  gateway: [],
  gesture: ['gesture'],
  digit: ['digit'],
  detection: ['detection'],
  classification: [],
  all: ['gesture', 'digit', 'detection'],
};

/** What one image may weigh, unpacked. */
export const budgetBytes = 200_000_000;

/** Who runs in it. */
export const userId = 1000;

/** The list of what is inside, as an image carries it. */
export const sbomPath = '/app/sbom.cdx.json';
