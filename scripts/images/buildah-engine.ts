import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOptions, freePort, read, show } from './command.ts';
import { toImageConfig } from './docker-engine.ts';
import type { BuildOptions, Container, Engine, ImageConfig } from './engine.ts';

/** A runtime's description of a container: everything that a restricted pod has to give up is given up. */
function runtimeConfig(root: string, { env, entrypoint, command, workingDirectory, user }: ImageConfig, port: number): object {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  const none: readonly string[] = [];
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: [...entrypoint, ...command],
      env: [...env, `PORT=${port}`, 'HOST=127.0.0.1'],
      cwd: workingDirectory,
      capabilities: { bounding: none, effective: none, permitted: none, inheritable: none, ambient: none },
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    hostname: 'facet',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
    ],
    // No network namespace: the checks reach it on 127.0.0.1.
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })), maskedPaths: ['/proc/kcore'], readonlyPaths: ['/proc/sys'] },
  };
}

/** buildah, and runc to run what it built: for machines without a daemon. Needs root. */
export class BuildahEngine implements Engine {
  readonly name = 'buildah';

  build({ tag, buildArgs, labels }: BuildOptions): void {
    // buildah's own format knows no health checks.
    const options = ['--format', 'docker', '--isolation', 'chroot', '--layers', ...buildOptions('build-arg', buildArgs), ...buildOptions('label', labels)];
    show('buildah', 'build', ...options, '--file', 'Dockerfile.base', '--tag', tag, '.');
  }

  inspect(tag: string): ImageConfig {
    const { Docker } = JSON.parse(read('buildah', 'inspect', '--type', 'image', tag)) as { Docker: { config: Parameters<typeof toImageConfig>[0]['Config'] } };
    return toImageConfig({ Config: Docker.config });
  }

  async withFiles<Result>(tag: string, use: (root: string) => Promise<Result>): Promise<Result> {
    const container = read('buildah', 'from', '--pull-never', tag);
    try {
      return await use(read('buildah', 'mount', container));
    } finally {
      read('buildah', 'rm', container);
    }
  }

  async start(tag: string, config: ImageConfig): Promise<Container> {
    const port = await freePort();
    const mounted = read('buildah', 'from', '--pull-never', tag);
    const folder = mkdtempSync(join(tmpdir(), 'facet-container-'));
    writeFileSync(join(folder, 'config.json'), JSON.stringify(runtimeConfig(read('buildah', 'mount', mounted), config, port)));
    const id = `facet-${randomUUID()}`;
    const child = spawn('runc', ['run', '--bundle', folder, id], { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    return {
      url: `http://127.0.0.1:${port}`,
      exec: (args) => spawnSync('runc', ['exec', id, ...args]).status ?? 1,
      async end(how) {
        if (how === 'terminate') spawnSync('runc', ['kill', id, 'TERM']);
        const code = await exited;
        read('buildah', 'rm', mounted);
        rmSync(folder, { recursive: true });
        return { code, log };
      },
    };
  }
}
