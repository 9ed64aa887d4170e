import { read } from '../cluster/commands.ts';
import { serve, type Served } from './serve.ts';

interface Slice {
  readonly metadata: { readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly ports?: readonly { readonly name?: string; readonly port: number }[] | null;
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly targetRef?: { readonly kind: string; readonly name: string } }[] | null;
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
}

const meta = '__meta_kubernetes_';

async function targets(): Promise<string> {
  const [slices, services] = await Promise.all([read<{ items: Slice[] }>('endpointslices', '-A'), read<{ items: Named[] }>('services', '-A')]);
  const found = slices.items.flatMap(({ metadata: { namespace, labels = {} }, ports, endpoints }) => {
    const service = services.items.find(({ metadata }) => metadata.namespace === namespace && metadata.name === labels['kubernetes.io/service-name']);
    if (!service) return [];
    const ofService = Object.entries(service.metadata.labels ?? {}).flatMap(([key, value]) => {
      const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_');
      return [
        [`${meta}service_label_${name}`, value],
        [`${meta}service_labelpresent_${name}`, 'true'],
      ] as const;
    });
    return (ports ?? []).flatMap(({ name = '', port }) =>
      (endpoints ?? []).map(({ addresses, targetRef }) => ({
        targets: [`${addresses[0]!}:${port}`],
        labels: {
          ...Object.fromEntries(ofService),
          [`${meta}namespace`]: namespace,
          [`${meta}service_name`]: service.metadata.name,
          [`${meta}endpointslice_port_name`]: name,
          ...(targetRef?.kind === 'Pod' && { [`${meta}pod_name`]: targetRef.name }),
        },
      })),
    );
  });
  return JSON.stringify(found);
}

/**
 * Tells Prometheus of every endpoint of the cluster, with the labels that its own discovery (role `endpointslice`) gives: Debian builds it
 * without that.
 */
export function discoverEndpoints(): Promise<Served> {
  return serve('application/json', targets);
}
