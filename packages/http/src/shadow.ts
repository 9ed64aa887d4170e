import type { IncomingMessage } from 'node:http';

/** Says that a request is a copy of one that another version answers. The gateway sets it, and takes it out of what clients send. */
export const shadowHeader = 'x-facet-shadow';

/** What Envoy, and so Istio, adds to the host of a request that it mirrors. */
const mirroredSuffix = '-shadow';

/** The name that a mirrored request was sent to before Envoy changed it. */
export function withoutMirrorSuffix(name: string): string {
  return name.endsWith(mirroredSuffix) ? name.slice(0, -mirroredSuffix.length) : name;
}

/** Whether a request is a copy of real traffic, whose answer nobody reads. */
export function isShadowRequest({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (headers[shadowHeader] !== undefined) return true;
  const { host } = headers;
  if (host === undefined) return false;
  const at = host.indexOf(mirroredSuffix);
  if (at < 0) return false;
  return host.endsWith(mirroredSuffix) || host.includes(`${mirroredSuffix}:`);
}
