import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import { serviceTokenHeader, type ServiceToken } from './service-token.ts';
import type { Guard } from './shell.ts';

/** Calls that the kubelet makes, and the gateway of a pod that fell silent: they carry no secret. */
const probes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']);

/** Lets in who sends the gateway's secret, and takes it out of the headers. */
function requireToken({ headers }: IncomingMessage, token: ServiceToken): void {
  const isKnown = token.accepts(headers[serviceTokenHeader]);
  delete headers[serviceTokenHeader];
  if (!isKnown) throw new Problem('service-token-required');
}

/**
 * Guards a service that only the gateway may call.
 *
 * @param token without one everybody may call, and who is let in is up to the network
 */
export function serviceGuard(token: ServiceToken | undefined): { readonly guard?: Guard; readonly admitHandshake?: (request: IncomingMessage) => void } {
  if (!token) return {};
  return {
    guard(context, route, next) {
      // Who reaches the operations port is up to the network.
      if (!context.isByOperationsPort && !probes.has(route.path)) requireToken(context.request, token);
      return next();
    },
    admitHandshake: (request) => requireToken(request, token),
  };
}
