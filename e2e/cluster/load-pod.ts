import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadJob, LoadResult } from '../load/job.ts';
import { apply, attempt, kubectl, read, until } from './commands.ts';
import { imageOf } from './release.ts';

const root = join(import.meta.dirname, '..', '..');
const file = (path: string): Buffer => readFileSync(join(root, path));
const files = 'e2e-load';

/** Brings what the load pods mount into a namespace. */
export async function prepareLoad(namespace: string): Promise<void> {
  await apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: files, namespace },
    data: { 'main.ts': file('e2e/load/main.ts').toString(), 'job.ts': file('e2e/load/job.ts').toString(), 'hand.json': file('examples/hand.json').toString() },
    binaryData: { 'digit.png': file('examples/digit.png').toString('base64'), 'photo.jpg': file('examples/photo.jpg').toString('base64') },
  });
}

interface PodStatus {
  readonly phase: string;
  readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
}

/** A load under way. */
export interface Load {
  /** Ends it and tells what came of it. */
  finish(): Promise<LoadResult>;
}

/**
 * Starts a client in a pod of its own.
 *
 * @param node where it must run, so that a drain of the other node leaves it alone
 */
export async function startLoad(namespace: string, job: LoadJob, node?: string): Promise<Load> {
  const name = `e2e-load-${randomBytes(3).toString('hex')}`;
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'e2e-load' } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      ...(node !== undefined && { nodeName: node }),
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'load',
          image: imageOf('gateway'),
          imagePullPolicy: 'IfNotPresent',
          args: ['/load/main.ts'],
          env: [{ name: 'JOB', value: JSON.stringify(job) }],
          // A share of a busy node's CPU time that lets it see what happens to its connections.
          resources: { requests: { cpu: '300m', memory: '64Mi' } },
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'files', mountPath: '/load' }],
        },
      ],
      volumes: [{ name: 'files', configMap: { name: files } }],
    },
  });
  const status = async (): Promise<PodStatus> => (await read<{ status: PodStatus }>('pod', name, '-n', namespace)).status;
  await until(`${name} started`, async () => !['Pending', 'Unknown'].includes((await status()).phase), 180);
  return {
    async finish() {
      if (job.count === undefined && job.seconds === undefined) {
        // The client may end before this has, and takes it along: what counts is how the pod ends.
        await attempt('kubectl', ['exec', '-n', namespace, name, '--', 'node', '-e', "process.kill(1, 'SIGUSR2')"]);
      }
      const { phase, containerStatuses = [] } = await until(
        `${name} finished`,
        async () => {
          const now = await status();
          return (now.phase === 'Succeeded' || now.phase === 'Failed') && now;
        },
        300,
      );
      const words = containerStatuses[0]?.state.terminated?.message;
      if (words === undefined) throw new Error(`${name} ended ${phase} without a result`);
      await kubectl('delete', 'pod', name, '-n', namespace, '--wait=false');
      return JSON.parse(words) as LoadResult;
    },
  };
}

/** Runs a load that ends by itself. */
export async function runLoad(namespace: string, job: LoadJob): Promise<LoadResult> {
  return (await startLoad(namespace, job)).finish();
}
