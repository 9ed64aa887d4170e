import type { Reply, RequestContext } from '@facet/http';
import type { ModelService } from './model-service.ts';

/**
 * Forwards an inference request that leaves the version open.
 *
 * Versions may take tensors of different shapes. When the one that the weights chose says that the shape is not its own, the others are
 * asked: what fits one version only is for that version.
 */
export async function inferAnyVersion(service: ModelService, context: RequestContext): Promise<Reply> {
  const reply = await service.forward(context);
  if (reply.headers?.['x-model-mismatch'] === undefined || context.forcedVersion !== undefined) return reply;
  for (const version of service.available.filter((other) => other !== reply.version)) {
    const other = await service.forward(context, version);
    if (other.headers?.['x-model-mismatch'] === undefined) return other;
  }
  return reply;
}
