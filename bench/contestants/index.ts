import { bentoml } from '../peers/bentoml/index.ts';
import { fastapi1, fastapi2 } from '../peers/fastapi/index.ts';
import { litserve } from '../peers/litserve/index.ts';
import { mlserver } from '../peers/mlserver/index.ts';
import { rayServe } from '../peers/rayserve/index.ts';
import { triton } from '../peers/triton/index.ts';
import type { Contestant } from './contestant.ts';
import { facet, facetThroughGateway } from './facet.ts';

/** All who take part, in the order in which tables show them. */
export const contestants: readonly Contestant[] = [facet, facetThroughGateway, fastapi1, fastapi2, litserve, bentoml, mlserver, rayServe, triton];

/** What the others' figures are divided by. */
export const reference: Contestant = fastapi2;
