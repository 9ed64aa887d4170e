import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, clusterEnv, helm, kubectl, read, until } from '../cluster/commands.ts';
import { allReady, deployments, namespace, podsOf, release, tasks, upgradeSuite } from '../cluster/release.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
const inputs = {
  gesture: ['application/json', 'hand.json'],
  digit: ['image/png', 'digit.png'],
  detection: ['image/jpeg', 'photo.jpg'],
} as const;

/** Runs `body` with the gateway forwarded to a port of this machine, as people do it to debug. */
async function withPortForward(body: (address: string) => Promise<void>): Promise<void> {
  const child = spawn('kubectl', ['port-forward', '-n', namespace, 'svc/facet-gateway', ':80'], { stdio: ['ignore', 'pipe', 'inherit'], env: clusterEnv });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        const found = /127\.0\.0\.1:(\d+)/.exec(text.toString());
        if (found) resolve(found[1]!);
      });
      child.once('exit', () => reject(new Error('port-forward ended')));
    });
    await body(`http://127.0.0.1:${port}`);
  } finally {
    child.kill();
  }
}

/** Installed by one command, it answers; other values and a rollback leave it answering. */
export function describeLifecycle(): void {
  describe('install, upgrade, roll back', () => {
    test('all pods are ready, in a namespace that enforces the restricted Pod Security Standard', async () => {
      await allReady();
      for (const deployment of deployments) {
        const pods = await podsOf(deployment);
        expect(pods.length).toBeGreaterThan(0);
        expect(pods.every(({ ready }) => ready)).toBe(true);
      }
    });

    test('helm test makes a real prediction of each task', async () => {
      const out = await helm('test', release, '-n', namespace, '--timeout', '3m');
      expect(out.match(/Phase:\s+Succeeded/g)?.length).toBeGreaterThanOrEqual(tasks.length);
      expect(out).not.toMatch(/Phase:\s+Failed/);
    });

    test('a forwarded port answers predictions of all three tasks', async () => {
      await withPortForward(async (address) => {
        for (const task of tasks) {
          const [type, name] = inputs[task];
          const answer = await fetch(`${address}/${task}/predict`, {
            method: 'POST',
            headers: { 'content-type': type },
            body: new Uint8Array(readFileSync(join(examples, name))),
          });
          const body = (await answer.json()) as Record<string, unknown>;
          expect(answer.status).toBe(200);
          if (task === 'gesture') expect(body).toMatchObject({ gesture: 'like', action: 'up' });
          if (task === 'digit') expect(body).toMatchObject({ predicted_digit: 7 });
          if (task === 'detection') expect(JSON.stringify(body)).toContain('"cup"');
        }
      });
    });

    test('helm upgrade to other values, helm rollback', async () => {
      const level = async (): Promise<string> => kubectl('get', 'deployment', 'facet-digit-v1', '-n', namespace, '-o', 'yaml');
      const before = await level();
      expect(before).not.toContain('LOG_LEVEL');
      await upgradeSuite(['digit.extraEnv[0].name=LOG_LEVEL', 'digit.extraEnv[0].value=warn'], ['--reuse-values']);
      expect(await level()).toContain('LOG_LEVEL');
      await helm('rollback', release, '-n', namespace, '--wait', '--timeout', '5m');
      expect(await level()).not.toContain('LOG_LEVEL');
      await allReady();
    });
  });
}

/** Nothing of a release outlives it. To be called last. */
export function describeUninstall(): void {
  test('helm uninstall leaves nothing behind', async () => {
    await helm('uninstall', release, '-n', namespace, '--wait', '--timeout', '3m');
    const kinds = (await kubectl('api-resources', '--verbs=list', '--namespaced', '-o', 'name')).trim().split('\n');
    const left = async (): Promise<string[]> => {
      const { stdout } = await attempt('kubectl', [
        'get',
        kinds.filter((kind) => !/^(events|.*metrics\.k8s\.io|leases)/.test(kind)).join(','),
        '-n',
        namespace,
        '-l',
        `app.kubernetes.io/instance=${release}`,
        '-o',
        'name',
        '--ignore-not-found',
      ]);
      return stdout.trim().split('\n').filter(Boolean);
    };
    await until('everything gone', async () => (await left()).length === 0, 60);
    const { items } = await read<{ items: { metadata: { name: string } }[] }>('secrets', '-n', namespace);
    expect(items.map(({ metadata }) => metadata.name)).toEqual([]);
  });
}
