import { inferenceOperations, oipOperations, version, withBodyLimit, type TaskContract } from '@facet/contracts';
import { describeApi, type Shell } from '@facet/http';
import type { ObjectStore } from '@facet/object-store';
import type { Metrics } from '@facet/telemetry';
import type { Observer } from './observe/observer.ts';
import { declareOip } from './oip/routes.ts';
import type { DataPlane } from './plane/data-plane.ts';
import { declareDriftRoutes } from './rest/drift-routes.ts';
import { declareRest } from './rest/routes.ts';
import { SamplesController } from './samples/samples-controller.ts';
import { declareSampleRoutes } from './samples/sample-routes.ts';
import type { InferenceConfig } from './settings/inference-fields.ts';
import { declareStream } from './websocket/routes.ts';

interface RouteParts<Input, Answer extends object> {
  readonly shell: Shell;
  readonly plane: DataPlane<Input, Answer>;
  readonly metrics: Metrics;
  readonly config: Pick<InferenceConfig, 'bodyMaxBytes' | 'taskBodyMaxBytes' | 'jsonMaxDepth' | 'modelVersions' | 'labelledMaxBytes'>;
  readonly observer: Observer<Input, Answer>;
  /** Where samples are kept, if people may look at them. */
  readonly samples: ObjectStore | undefined;
}

/** Declares every call of an inference service, by protocol. */
export function declareRoutes<Input, Answer extends object>(parts: RouteParts<Input, Answer>): void {
  const { shell, plane, config, observer, samples } = parts;
  const { contract } = plane.task;
  const operations = inferenceOperations(withBodyLimit<TaskContract>(contract, config.taskBodyMaxBytes, config.bodyMaxBytes), config.modelVersions);

  declareRest(parts, operations);
  declareStream(parts, operations);
  declareDriftRoutes(shell, operations, () => observer.flush());
  declareSampleRoutes(shell, operations, samples && new SamplesController({ plane, store: samples, maxBytes: config.labelledMaxBytes }));
  declareOip(parts);
  const all = [...Object.values(operations), ...Object.values(oipOperations([contract.task], contract.oipExample))];
  shell.servePages(describeApi({ title: `Facet ${contract.title}`, version, description: contract.description, operations: all }));
  shell.finish();
}
