import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';

export interface ClusterSettings {
  readonly apiHost: string | undefined;
  readonly apiPort: number;
  readonly kubeconfig: string | undefined;
  readonly namespace: string | undefined;
}

/** Where the API server is, and who we are to it: what the client's watch needs to know, and the namespace we live in. */
export interface ClusterAccess {
  readonly kubeConfig: Pick<KubeConfig, 'getCurrentCluster' | 'applySecurityAuthentication'>;
  readonly namespace: string;
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Access by the kubeconfig, if there is one, or else as a pod has it.
 *
 * @param folder where the token of the service account is mounted
 * @throws {Error} one sentence when there is no cluster to be seen from here
 */
export async function openCluster(settings: ClusterSettings, folder = accountFolder): Promise<ClusterAccess> {
  if (settings.kubeconfig !== undefined) return fromKubeconfig(settings.kubeconfig, settings.namespace);
  if (settings.apiHost === undefined) throw new Error('KUBERNETES_SERVICE_HOST is not set, so this is no pod, and there is no KUBECONFIG');
  return inCluster(settings, settings.apiHost, folder);
}

async function fromKubeconfig(path: string, namespace: string | undefined): Promise<ClusterAccess> {
  // All API types come with it, 56 MB in every process: a pod does without.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return { kubeConfig, namespace: namespace ?? kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default' };
}

async function inCluster({ apiPort, namespace }: ClusterSettings, host: string, folder: string): Promise<ClusterAccess> {
  const [ca, ownNamespace] = await Promise.all([readFile(join(folder, 'ca.crt'), 'utf8'), readFile(join(folder, 'namespace'), 'utf8')]);
  const dispatcher = new Agent({ connect: { ca } });
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${apiPort}`;
  return {
    namespace: namespace ?? ownNamespace.trim(),
    kubeConfig: {
      getCurrentCluster: () => ({ name: 'in-cluster', server, skipTLSVerify: false }),
      async applySecurityAuthentication(context: RequestContext) {
        // The kubelet replaces the token every hour or so.
        context.setHeaderParam('Authorization', `Bearer ${(await readFile(join(folder, 'token'), 'utf8')).trim()}`);
        context.setDispatcher(dispatcher);
      },
    },
  };
}
