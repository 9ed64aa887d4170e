import { setTimeout as sleep } from 'node:timers/promises';
import { untilFiring } from '../../monitoring/src/faults/until-firing.ts';
import { ruleText } from '../../monitoring/src/files.ts';
import { quickPace } from '../../monitoring/src/pace.ts';
import { ruleFile } from '../../monitoring/src/rules/index.ts';
import { askAll } from '../../monitoring/src/verify/ask-all.ts';
import { startPrometheus, type Prometheus } from '../../monitoring/src/verify/prometheus.ts';
import { startTraffic, type Traffic } from '../../monitoring/src/verify/traffic.ts';
import { apply, helm, kubectl, read, until } from '../cluster/commands.ts';
import { allReady, chart, deployments, namespace, settings, tasks, upgradeSuite } from '../cluster/release.ts';
import { recordText } from '../cluster/results.ts';
import { discoverEndpoints } from '../monitoring/discover-endpoints.ts';
import { kubeStateConfig, showKubeState } from '../monitoring/kube-state.ts';
import { renderMonitor, type ServiceMonitor } from '../monitoring/render-monitor.ts';
import type { Served } from '../monitoring/serve.ts';

const intervalSeconds = 2;
/** Two and a half minutes for fifteen, of which restarts that are backed off take most. */
const pace = quickPace(6, 8);
const scaled = 'facet-digit-v2';
const monitored = [
  'global.serviceMonitors=true',
  'prometheusRule.enabled=true',
  'dashboards.enabled=true',
  ...['gateway', ...tasks].map((service) => `${service}.serviceMonitor.interval=${intervalSeconds}s`),
  'digit.versions.v2.autoscaling.enabled=true',
  'digit.versions.v2.autoscaling.minReplicas=2',
  'digit.versions.v2.autoscaling.maxReplicas=2',
];

/** A pod that ends as soon as it begins. */
async function withCrashing(body: () => Promise<void>): Promise<void> {
  const values = ['versions.v2.enabled=false', 'replicas=1', 'extraEnv[0].name=LOG_LEVEL', 'extraEnv[0].value=loud'];
  await helm('install', 'crashing', chart('digit'), '-n', namespace, ...settings(values));
  try {
    await body();
  } finally {
    await helm('uninstall', 'crashing', '-n', namespace, '--wait');
  }
}

/** A version whose pods are gone. */
async function withoutPods(deployment: string, body: () => Promise<void>): Promise<void> {
  await kubectl('scale', '-n', namespace, '--replicas=0', `deployment/${deployment}`);
  try {
    await body();
  } finally {
    await kubectl('scale', '-n', namespace, '--replicas=2', `deployment/${deployment}`);
  }
}

/** An endpoint that Kubernetes takes for ready and behind which nobody listens, as for a while after a node was lost. */
async function withDeadEndpoint(service: string, body: () => Promise<void>): Promise<void> {
  const { items } = await read<{ items: { status: { addresses: { type: string; address: string }[] } }[] }>('nodes');
  const address = items[0]!.status.addresses.find(({ type }) => type === 'InternalIP')!.address;
  await apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'e2e-dead-endpoint',
      namespace,
      labels: { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': 'e2e' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 9, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  });
  try {
    await body();
  } finally {
    await kubectl('delete', 'endpointslice', 'e2e-dead-endpoint', '-n', namespace);
  }
}

/** What the chart's own objects make of a Prometheus: the ServiceMonitors say what it scrapes, the PrometheusRule what it works out. */
export function describeMonitoring(): void {
  const here = process.env['E2E_LOCAL_NODES'] === '1';
  const describeHere = here ? describe : describe.skip;
  describeHere(
    `a Prometheus that follows the ServiceMonitors${here ? '' : ' (skipped: needs E2E_LOCAL_NODES=1, for it scrapes pods by their addresses)'}`,
    () => {
      let traffic: Traffic | undefined;
      const servers: Served[] = [];
      let scrapeConfigs: object[] = [];
      const started: Prometheus[] = [];

      const start = async (rules: string): Promise<Prometheus> => {
        const prometheus = await startPrometheus({ rules, scrapeConfigs, intervalSeconds });
        started.push(prometheus);
        const pods = 2 * deployments.length;
        await until('every pod is scraped', async () => (await prometheus.query('up{job="facet"} == 1')).length === pods, 180);
        return prometheus;
      };

      beforeAll(async () => {
        await upgradeSuite(monitored, ['--reuse-values']);
        await allReady();
        await until('the autoscaler has counted', async () => {
          const { status } = await read<{ status?: { currentReplicas?: number } }>('hpa', scaled, '-n', namespace);
          return status?.currentReplicas === 2;
        });
        const { items } = await read<{ items: ServiceMonitor[] }>('servicemonitors', '-n', namespace);
        const [endpoints, kubeState] = await Promise.all([discoverEndpoints(), showKubeState()]);
        servers.push(endpoints, kubeState);
        scrapeConfigs = [...items.flatMap((monitor) => renderMonitor(monitor, `http://${endpoints.address}`)), kubeStateConfig(kubeState)];
        const { spec } = await read<{ spec: { clusterIP: string } }>('service', 'facet-gateway', '-n', namespace);
        traffic = await startTraffic(`http://${spec.clusterIP}`);
      }, 420_000);

      afterAll(async () => {
        await traffic?.stop();
        for (const prometheus of started) await prometheus.stop();
        for (const server of servers) server.close();
        await upgradeSuite(
          ['digit.versions.v2.autoscaling.enabled=false', 'global.serviceMonitors=false', 'prometheusRule.enabled=false', 'dashboards.enabled=false'],
          ['--reuse-values'],
        );
        await allReady();
      }, 420_000);

      test('has data for every query of every panel and rule, or a reason why not', async () => {
        const { items } = await read<{ items: { spec: object }[] }>('prometheusrules', '-n', namespace);
        expect(items).toHaveLength(1);
        const prometheus = await start(JSON.stringify(items[0]!.spec));
        await sleep(60_000);
        const { asked, answered, excused, faults } = await askAll(prometheus);
        const reasons = [...excused].map(([reason, where]) => `- ${reason}: ${where.length}`);
        recordText(
          'What Prometheus sees',
          `${asked} queries of panels and rules were asked, ${answered} had data. The others may be empty:\n\n${reasons.join('\n')}`,
        );
        expect(faults).toEqual([]);
        // What a laptop has no exporter for is seen here.
        expect([...excused.keys()].filter((reason) => reason.includes('kube-state-metrics'))).toEqual([]);
        await prometheus.stop();
        started.pop();
      }, 420_000);

      test('raises the alerts of what only a cluster has', async () => {
        const prometheus = await start(ruleText(ruleFile(pace)));
        const told: string[] = [];
        const fires = async (alert: string, labels: Readonly<Record<string, string>>, withinSeconds: number): Promise<void> => {
          const seconds = await untilFiring(prometheus, { alertname: alert, namespace, ...labels }, withinSeconds);
          told.push(`- ${alert} (${Object.values(labels).join(' ')}): ${seconds === undefined ? 'not' : `after ${seconds.toFixed(0)} s`}`);
          expect({ alert, fires: seconds !== undefined }).toEqual({ alert, fires: true });
        };
        // All come to their end, whatever becomes of one: each puts things right again.
        const outcomes = await Promise.allSettled([
          fires('HpaAtMaximum', { horizontalpodautoscaler: scaled }, 300),
          withCrashing(async () => {
            const pod = await until('a pod that crashes', async () => {
              const { items } = await read<{ items: { metadata: { name: string } }[] }>('pods', '-n', namespace, '-l', 'app.kubernetes.io/instance=crashing');
              return items[0]?.metadata.name;
            });
            await fires('PodsRestarting', { pod }, 400);
          }),
          withoutPods('facet-gesture-v2', () => fires('NoEndpoints', { service: 'gesture', version: 'v2' }, 180)),
          withDeadEndpoint('facet-digit-v1', () => fires('EndpointsEjected', { service: 'digit', version: 'v1' }, 300)),
        ]);
        recordText('Alerts that were provoked', `With windows and times a sixth as long as they are:\n\n${told.toSorted().join('\n')}`);
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      }, 600_000);
    },
  );
}
