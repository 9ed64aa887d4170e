import type { RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster } from './cluster-access.ts';

const pod = { apiHost: '10.96.0.1', apiPort: 443, kubeconfig: undefined, namespace: undefined };

describe('openCluster in a pod', () => {
  const folder = mkdtempSync(join(tmpdir(), 'account-'));
  const mount = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  beforeAll(() => {
    mount('ca.crt', 'a certificate');
    mount('namespace', 'vision\n');
    mount('token', 'first\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('speaks HTTPS to the address that the pod was given, in the namespace of its account', async () => {
    const { kubeConfig, namespace } = await openCluster(pod, folder);
    expect(kubeConfig.getCurrentCluster()?.server).toBe('https://10.96.0.1:443');
    expect(namespace).toBe('vision');
    const elsewhere = await openCluster({ ...pod, apiHost: 'fd00::1', apiPort: 6443, namespace: 'other' }, folder);
    expect(elsewhere.kubeConfig.getCurrentCluster()?.server).toBe('https://[fd00::1]:6443');
    expect(elsewhere.namespace).toBe('other');
  });

  it('shows the token that is mounted now', async () => {
    const { kubeConfig } = await openCluster(pod, folder);
    const shown = async (): Promise<string | undefined> => {
      let value: string | undefined;
      await kubeConfig.applySecurityAuthentication({
        setHeaderParam: (_name: string, given: string) => (value = given),
        setDispatcher: () => undefined,
      } as unknown as RequestContext);
      return value;
    };
    expect(await shown()).toBe('Bearer first');
    mount('token', 'second');
    expect(await shown()).toBe('Bearer second');
  });

  it('says what is missing where there is no cluster', async () => {
    await expect(openCluster({ ...pod, apiHost: undefined }, folder)).rejects.toThrow('KUBERNETES_SERVICE_HOST is not set');
    await expect(openCluster(pod, join(folder, 'none'))).rejects.toThrow(/ENOENT.*none/);
  });
});
