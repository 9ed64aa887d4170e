import type { Contestant } from '../contestants/contestant.ts';
import { facet } from '../contestants/facet.ts';
import { bareLoop } from './bare-loop.ts';
import { echo } from './echo.ts';

export { bareLoop };

/** Who takes part beside the bare loop. */
export const limitContestants: readonly Contestant[] = [facet, echo];
