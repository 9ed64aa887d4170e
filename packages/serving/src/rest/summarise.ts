import type { Summary } from '@facet/contracts';
import type { Registry } from 'prom-client';
import type { DataPlane } from '../plane/data-plane.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

async function samplesOf(registry: Registry, name: string): Promise<readonly Sample[]> {
  return (await registry.getSingleMetric(name)?.get())?.values ?? [];
}

function sumOf(samples: readonly Sample[], isCounted: (labels: Sample['labels']) => boolean): number {
  return samples.reduce((sum, { labels, value }) => (isCounted(labels) ? sum + value : sum), 0);
}

/** `GET /metrics` for people: a few sums over the same counters that Prometheus reads. */
export async function summarise<I, A extends object>({ task, readyModels, defaultVersion }: DataPlane<I, A>, registry: Registry): Promise<Summary> {
  const [requests, predictions, classes] = await Promise.all(
    ['http_requests_total', 'model_predictions_total', 'predicted_classes_total'].map((name) => samplesOf(registry, name)),
  );
  const succeeded = sumOf(predictions!, ({ status }) => status === 'success');
  const failed = sumOf(predictions!, ({ status }) => status === 'error');
  const main = readyModels.find(({ version }) => version === defaultVersion) ?? readyModels[0];
  const uptime = process.uptime();
  return {
    service_metrics: {
      total_requests: succeeded + failed,
      successful_predictions: succeeded,
      failed_predictions: failed,
      total_errors: sumOf(requests!, ({ status }) => Number(status) >= 400),
      success_rate: succeeded + failed === 0 ? 1 : succeeded / (succeeded + failed),
      uptime_seconds: uptime,
      uptime_hours: uptime / 3600,
    },
    model_metrics: {
      model_version: defaultVersion,
      model_accuracy: main?.manifest.accuracy?.value ?? null,
      [task.keys.classes]: Object.fromEntries(classes!.map(({ labels, value }) => [String(labels['class']), value])),
    },
    timestamp: new Date().toISOString(),
  };
}
