import { ensembleVersion, predictId, type InferenceOperations } from '@facet/contracts';
import { serveMetrics, serveProbes, type Shell } from '@facet/http';
import type { Metrics } from '@facet/telemetry';
import type { DataPlane } from '../plane/data-plane.ts';
import { batchReply, maxBatchItems } from './batch.ts';
import { healthReply, modelInfoReply, rootReply } from './describe.ts';
import { experimentsReply } from './experiments-reply.ts';
import { predictReply, transcriptionReply } from './predict.ts';
import { summarise } from './summarise.ts';

interface RestParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly plane: DataPlane<Input, Answer>;
  readonly metrics: Metrics;
}

/** Declares predictions, and what can be asked about a service, as REST. */
export function declareRest<I, A extends object>({ shell, plane, metrics }: RestParts<I, A>, operations: InferenceOperations): void {
  shell.serve(operations.root, () => rootReply(plane));
  shell.serve(operations.health, () => healthReply(plane, shell));
  serveProbes(shell, operations, () => plane.isReady);
  shell.serve(operations.predict, (context) => predictReply(plane, context));
  for (const name of plane.versions.keys()) shell.serve(operations[predictId(name)]!, (context) => predictReply(plane, context, name));
  shell.serve(operations.predictVersion, (context) => predictReply(plane, context, context.params['version']));
  shell.serve(operations.predictEnsemble, (context) => predictReply(plane, context, ensembleVersion));
  if (operations.read) shell.serve(operations.read, (context) => transcriptionReply(plane, context));
  shell.serve(operations.batch, (context) => batchReply(plane, metrics, context), { maxFiles: maxBatchItems });
  shell.serve(operations.modelInfo, () => modelInfoReply(plane));
  shell.serve(operations.experiments, () => experimentsReply(plane, metrics));
  serveMetrics(shell, operations.metrics, metrics, (registry) => summarise(plane, registry));
}
