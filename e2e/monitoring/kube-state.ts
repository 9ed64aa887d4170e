import { read } from '../cluster/commands.ts';
import { serve, type Served } from './serve.ts';

interface Scaler {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly maxReplicas: number };
  readonly status?: { readonly currentReplicas?: number };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly status: { readonly containerStatuses?: readonly { readonly name: string; readonly restartCount: number }[] };
}

const line = (name: string, labels: Record<string, string>, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}="${text}"`)
    .join(',')}} ${value}`;

async function metrics(): Promise<string> {
  const [scalers, pods] = await Promise.all([read<{ items: Scaler[] }>('hpa', '-A'), read<{ items: Pod[] }>('pods', '-A')]);
  const lines = [
    ...scalers.items.flatMap(({ metadata: { name, namespace }, spec, status }) => {
      const labels = { namespace, horizontalpodautoscaler: name };
      return [
        line('kube_horizontalpodautoscaler_spec_max_replicas', labels, spec.maxReplicas),
        line('kube_horizontalpodautoscaler_status_current_replicas', labels, status?.currentReplicas ?? 0),
      ];
    }),
    ...pods.items.flatMap(({ metadata: { name: pod, namespace, uid }, status }) =>
      (status.containerStatuses ?? []).map(({ name: container, restartCount }) =>
        line('kube_pod_container_status_restarts_total', { namespace, pod, uid, container }, restartCount),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Says of autoscalers and restarts what kube-state-metrics would, under its names and labels: that program cannot be had where no image
 * registry is reached. The numbers are the cluster's own, asked for at each scrape.
 */
export function showKubeState(): Promise<Served> {
  return serve('text/plain; version=0.0.4', metrics);
}

/** How Prometheus reads it. */
export function kubeStateConfig({ address }: Served): object {
  return { job_name: 'kube-state-metrics', honor_labels: true, scrape_interval: '10s', scrape_timeout: '10s', static_configs: [{ targets: [address] }] };
}
