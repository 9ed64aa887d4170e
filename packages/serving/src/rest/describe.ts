import { ensembleVersion, version, type Health, type ModelInfo } from '@facet/contracts';
import type { Reply, Shell } from '@facet/http';
import type { DataPlane } from '../plane/data-plane.ts';
import { versionInfo } from './version-info.ts';

/** What a service is and which paths it has. */
export function rootReply<I, A extends object>({ task, versions, readyModels }: DataPlane<I, A>): Reply {
  return {
    body: {
      message: `Facet ${task.contract.title}: ${task.contract.description}`,
      version,
      endpoints: {
        predict: '/predict',
        ...Object.fromEntries([...versions.keys()].map((name) => [`predict_${name}`, `/${name}/predict`])),
        predict_ensemble: `/${ensembleVersion}/predict`,
        batch: '/batch/predict',
        ...(task.contract.transcription && { read: '/read' }),
        health: '/health',
        model_info: '/model_info',
        metrics: '/metrics',
        docs: '/docs',
      },
      model_accuracy: Object.fromEntries(readyModels.map(({ manifest }) => [manifest.version, manifest.accuracy?.value ?? null])),
      status: 'running',
    },
  };
}

/** Whether a service can answer, and the state of each of its models. */
export function healthReply<I, A extends object>(plane: DataPlane<I, A>, { draining }: Shell): Reply {
  const loaded = plane.isReady && !draining;
  const states = [...plane.versions].map(([name, slot]) => [
    name,
    slot.status === 'ready'
      ? { status: slot.status, model: slot.model.reference }
      : slot.status === 'failed'
        ? { status: slot.status, reason: slot.reason }
        : { status: slot.status },
  ]);
  const body: Health = {
    status: loaded ? 'healthy' : 'unhealthy',
    model_loaded: plane.isReady,
    model_version: plane.defaultVersion,
    models: Object.fromEntries(states),
    ...(draining && { draining: true }),
    uptime: Math.round(process.uptime() * 1000) / 1000,
    timestamp: new Date().toISOString(),
  };
  return { status: loaded ? 200 : 503, body, ...(!loaded && { headers: { 'retry-after': '1' } }) };
}

/** What the models that are ready are. */
export function modelInfoReply<I, A extends object>(plane: DataPlane<I, A>): Reply {
  const body: ModelInfo = {
    task: plane.task.contract.task,
    default_version: plane.defaultVersion,
    versions: Object.fromEntries(plane.metadata().map((manifest) => [manifest.version, versionInfo(manifest)])),
  };
  return { body };
}
