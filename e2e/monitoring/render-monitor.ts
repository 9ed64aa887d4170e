/** The part of a ServiceMonitor (monitoring.coreos.com/v1) that decides what is scraped. */
export interface ServiceMonitor {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly jobLabel?: string;
    readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
    readonly selector: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly {
        readonly key: string;
        readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
        readonly values?: readonly string[];
      }[];
    };
    readonly endpoints: readonly {
      readonly port?: string;
      readonly path?: string;
      readonly scheme?: string;
      readonly interval?: string;
      readonly honorLabels?: boolean;
      readonly relabelings?: readonly Relabeling[];
      readonly metricRelabelings?: readonly Relabeling[];
    }[];
  };
}

interface Relabeling {
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly targetLabel?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly replacement?: string;
  readonly action?: string;
}

const meta = '__meta_kubernetes_';
const labelName = (key: string): string => key.replaceAll(/[^a-zA-Z0-9_]/g, '_');
const literally = (value: string): string => value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Field names of the operator's objects are those of Prometheus in other clothes. */
function relabel({ action, ...fields }: Relabeling): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const);
  return { ...Object.fromEntries(entries), ...(action !== undefined && { action: action.toLowerCase() }) };
}

function keepsService({ matchLabels = {}, matchExpressions = [] }: ServiceMonitor['spec']['selector']): object[] {
  const label = (key: string): string => `${meta}service_label_${labelName(key)}`;
  const present = (key: string): string => `${meta}service_labelpresent_${labelName(key)}`;
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({ action: 'keep', source_labels: [label(key), present(key)], regex: `(${literally(value)});true` })),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      const any = values.map(literally).join('|');
      if (operator === 'In') return { action: 'keep', source_labels: [label(key), present(key)], regex: `(${any});true` };
      if (operator === 'NotIn') return { action: 'drop', source_labels: [label(key), present(key)], regex: `(${any});true` };
      return { action: operator === 'Exists' ? 'keep' : 'drop', source_labels: [present(key)], regex: 'true' };
    }),
  ];
}

/**
 * What the Prometheus operator makes of a ServiceMonitor: a scrape config an endpoint, which picks from the endpoints of a cluster by nothing
 * but what the object says.
 *
 * @param discovery where Prometheus learns of all endpoints (`discoverEndpoints`)
 */
export function renderMonitor({ metadata, spec }: ServiceMonitor, discovery: string): object[] {
  const { any = false, matchNames = [metadata.namespace] } = spec.namespaceSelector ?? {};
  const copied = (source: string, target: string): object => ({ source_labels: [`${meta}${source}`], target_label: target });
  return spec.endpoints.map((endpoint, index) => ({
    job_name: `serviceMonitor/${metadata.namespace}/${metadata.name}/${index}`,
    honor_labels: endpoint.honorLabels ?? false,
    metrics_path: endpoint.path ?? '/metrics',
    scheme: endpoint.scheme ?? 'http',
    ...(endpoint.interval !== undefined && { scrape_interval: endpoint.interval }),
    http_sd_configs: [{ url: discovery, refresh_interval: '10s' }],
    relabel_configs: [
      ...(any ? [] : [{ action: 'keep', source_labels: [`${meta}namespace`], regex: matchNames.map(literally).join('|') }]),
      ...keepsService(spec.selector),
      { action: 'keep', source_labels: [`${meta}endpointslice_port_name`], regex: literally(endpoint.port ?? '') },
      copied('namespace', 'namespace'),
      copied('service_name', 'service'),
      copied('pod_name', 'pod'),
      copied('pod_container_name', 'container'),
      copied('service_name', 'job'),
      ...(spec.jobLabel === undefined
        ? []
        : [{ source_labels: [`${meta}service_label_${labelName(spec.jobLabel)}`], target_label: 'job', regex: '(.+)', replacement: '${1}' }]),
      { target_label: 'endpoint', replacement: endpoint.port ?? '' },
      ...(endpoint.relabelings ?? []).map(relabel),
    ],
    metric_relabel_configs: (endpoint.metricRelabelings ?? []).map(relabel),
  }));
}
