import { isIP } from 'node:net';

/** A Service of Kubernetes. */
export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
}

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/**
 * The Service that a URL's host names, as the cluster's DNS would find it: `facet-digit`, `facet-digit.vision`, `facet-digit.vision.svc…`.
 *
 * @param ownNamespace where a name without one is looked for
 * @returns undefined for addresses, localhost and hosts of the world outside
 */
export function serviceOfUrl(url: string, ownNamespace: string): ServiceName | undefined {
  const { hostname } = new URL(url);
  const [name = '', namespace = ownNamespace, kind] = hostname.split('.');
  if (isIP(hostname) !== 0 || hostname === 'localhost' || !label.test(name) || !label.test(namespace)) return undefined;
  return kind === undefined || kind === 'svc' ? { name, namespace } : undefined;
}
