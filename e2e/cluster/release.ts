import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, helm, kubectl, read, until } from './commands.ts';

const root = join(import.meta.dirname, '..', '..');
const charts = join(root, 'charts');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const registry = process.env['E2E_REGISTRY'] ?? 'docker.io/library';
const tag = process.env['E2E_TAG'] ?? version;

/** Namespace and release of the suite under test. */
export const namespace = 'facet-e2e';
export const release = 'facet';
export const tasks = ['gesture', 'digit', 'detection'] as const;

/** Every Deployment of a whole release. */
export const deployments = ['facet-gateway', ...tasks.flatMap((task) => [`facet-${task}-v1`, `facet-${task}-v2`])];

/** The image of a service, as this run has it. */
export function imageOf(service: string): string {
  return `${registry}/facet-${service}:${tag}`;
}

/** Makes a namespace in which the restricted Pod Security Standard is enforced. */
export async function createNamespace(name: string): Promise<void> {
  await apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' } },
  });
}

export async function removeNamespace(name: string): Promise<void> {
  await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=true', '--timeout=120s');
}

/** A chart below `charts/`. */
export function chart(name: string): string {
  return join(charts, name);
}

const image = [`global.image.registry=${registry}`, `global.image.tag=${tag}`];

/** `--set` arguments of a release. */
export function settings(values: readonly string[]): string[] {
  return [...image, ...values].flatMap((value) => ['--set', value]);
}

/** On a machine that is starved for a minute nobody's pods should be restarted for it: that is not what is tried here. */
const patience = ['gateway', ...tasks].map((part) => `${part}.probes.live.failureThreshold=30`);

/** Installs or upgrades the whole suite and waits until all of it is ready. */
export async function upgradeSuite(values: readonly string[] = [], extra: readonly string[] = []): Promise<void> {
  await helm('upgrade', '--install', release, chart('facet'), '-n', namespace, '--wait', '--timeout', '6m', ...settings([...patience, ...values]), ...extra);
}

interface PodList {
  readonly items: {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly nodeName?: string };
    readonly status: { readonly phase: string; readonly conditions?: { type: string; status: string; message?: string }[] };
  }[];
}

/** Pods of a Deployment that are not on their way out. */
export async function podsOf(deployment: string, space = namespace): Promise<{ name: string; node: string | undefined; ready: boolean }[]> {
  const { spec } = await read<{ spec: { selector: { matchLabels: Record<string, string> } } }>('deployment', deployment, '-n', space);
  const selector = Object.entries(spec.selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { items } = await read<PodList>('pods', '-n', space, '-l', selector);
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec: { nodeName: node }, status }) => ({
      name: metadata.name,
      node,
      ready: status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    }));
}

/** Waits until every pod of these Deployments is ready and as many as were asked for. */
export async function allReady(names: readonly string[] = deployments, seconds = 240): Promise<void> {
  for (const name of names) await kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, `--timeout=${seconds}s`);
}

/** Nodes that take pods. */
export async function nodes(): Promise<string[]> {
  const { items } = await read<{ items: { metadata: { name: string } }[] }>('nodes');
  return items.map(({ metadata }) => metadata.name);
}

/** Waits until the pods of a Deployment are so many, all ready. */
export async function waitForReplicas(deployment: string, count: number, seconds = 180): Promise<void> {
  await until(
    `${deployment} has ${count} ready pods`,
    async () => {
      const pods = await podsOf(deployment);
      return pods.length === count && pods.every(({ ready }) => ready);
    },
    seconds,
  );
}
