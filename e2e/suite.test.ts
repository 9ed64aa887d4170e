import { createNamespace, namespace, removeNamespace, upgradeSuite } from './cluster/release.ts';
import { describeAutoscaling } from './scenarios/autoscaling.ts';
import { describeDisruption } from './scenarios/disruption.ts';
import { describeEdgeLoss } from './scenarios/edge-loss.ts';
import { describeGpu } from './scenarios/gpu.ts';
import { describeLifecycle, describeUninstall } from './scenarios/lifecycle.ts';
import { describeModels } from './scenarios/models.ts';
import { describeOwnTasksAdded, describeOwnTasksRemoved } from './scenarios/own-tasks.ts';
import { describeMonitoring } from './scenarios/monitoring.ts';
import { describeStreams } from './scenarios/streams.ts';
import { describeTraffic } from './scenarios/traffic.ts';
import { describeZeroLoss } from './scenarios/zero-loss.ts';

/** One release goes through everything that befalls a release, in this order. */
beforeAll(async () => {
  await createNamespace(namespace);
  await upgradeSuite();
}, 420_000);

afterAll(async () => {
  if (process.env['E2E_KEEP'] !== '1') await removeNamespace(namespace);
}, 180_000);

describeLifecycle();
describeZeroLoss();
describeDisruption();
describeAutoscaling();
describeMonitoring();
describeOwnTasksAdded();
describeTraffic();
describeOwnTasksRemoved();
describeEdgeLoss();
describeStreams();
describeUninstall();
describeGpu();
describeModels();
