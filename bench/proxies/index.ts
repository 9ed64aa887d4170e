import type { Contestant } from '../contestants/contestant.ts';
import { facetThroughGateway } from '../contestants/facet.ts';
import { envoy } from './envoy.ts';

export { envoy };

/** The gateway by itself: what the service behind it uses is not counted. */
const gateway: Contestant = {
  ...facetThroughGateway,
  title: 'Facet’s gateway',
  async launches(task, freePort) {
    const started = await facetThroughGateway.launches(task, freePort);
    return { ...started, behind: started.launches.length - 1 };
  },
};

/** Who passes requests on to a service. */
export const proxyContestants: readonly Contestant[] = [gateway, envoy];
