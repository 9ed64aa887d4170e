/** Istio's ingress, as the test cluster has it, and the name by which it knows the suite. */
export const ingress = 'http://istio-ingressgateway.istio-system';
export const host = 'facet.example';

/** Values with which the edge takes requests for the gateway and splits them. */
export const edge = ['global.traffic.split=edge', `global.traffic.edge.hosts[0]=${host}`, 'global.traffic.edge.gateway.create=true'];
