import type { Manifest } from '../../../packages/inference/src/index.ts';

/** The part of a manifest that only the model itself can tell. */
export type Understood = Pick<Manifest, 'inputs' | 'outputs' | 'labels' | 'preprocessing' | 'head' | 'host' | 'maxBatchRows'>;
