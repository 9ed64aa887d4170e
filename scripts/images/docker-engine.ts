import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOptions, freePort, read, show } from './command.ts';
import type { BuildOptions, Container, Engine, ImageConfig } from './engine.ts';

interface Inspected {
  readonly Config: {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly Healthcheck?: { readonly Test?: readonly string[] };
  };
}

/** Docker's description of an image, as podman and buildah give it too. */
export function toImageConfig({ Config: config }: Inspected): ImageConfig {
  return {
    user: config.User ?? '',
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDirectory: config.WorkingDir ?? '/',
    labels: config.Labels ?? {},
    health: config.Healthcheck?.Test?.slice(1) ?? [],
  };
}

/** docker and podman, whose commands are the same. */
export class DockerEngine implements Engine {
  readonly name: string;

  constructor(program: 'docker' | 'podman') {
    this.name = program;
  }

  build({ tag, buildArgs, labels }: BuildOptions): void {
    // podman's own format knows no health checks.
    const format = this.name === 'podman' ? ['--format', 'docker'] : [];
    const options = [...format, ...buildOptions('build-arg', buildArgs), ...buildOptions('label', labels)];
    show(this.name, 'build', '--file', 'Dockerfile.base', '--tag', tag, ...options, '.');
  }

  inspect(tag: string): ImageConfig {
    return toImageConfig((JSON.parse(read(this.name, 'image', 'inspect', tag)) as [Inspected])[0]);
  }

  async withFiles<Result>(tag: string, use: (root: string) => Promise<Result>): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), 'facet-image-'));
    const container = read(this.name, 'create', tag);
    try {
      read('sh', '-c', '"$1" export "$2" | tar -x -C "$3"', 'sh', this.name, container, folder);
      return await use(folder);
    } finally {
      read(this.name, 'rm', container);
      rmSync(folder, { recursive: true });
    }
  }

  async start(tag: string, { env }: ImageConfig): Promise<Container> {
    const port = await freePort();
    const inside = env.find((setting) => setting.startsWith('PORT='))?.slice(5) ?? '8080';
    const hardened = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
    const id = read(this.name, 'run', '--detach', ...hardened, '--publish', `127.0.0.1:${port}:${inside}`, tag);
    return {
      url: `http://127.0.0.1:${port}`,
      exec: (args) => spawnSync(this.name, ['exec', id, ...args]).status ?? 1,
      end: (how) => {
        if (how === 'terminate') read(this.name, 'stop', '--time', '30', id);
        const code = Number(read(this.name, 'wait', id));
        const log = read('sh', '-c', '"$1" logs "$2" 2>&1', 'sh', this.name, id);
        read(this.name, 'rm', id);
        return Promise.resolve({ code, log });
      },
    };
  }
}
