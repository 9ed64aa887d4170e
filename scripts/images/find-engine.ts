import { spawnSync } from 'node:child_process';
import { BuildahEngine } from './buildah-engine.ts';
import { DockerEngine } from './docker-engine.ts';
import type { Engine } from './engine.ts';

function works(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/**
 * The first that works here of docker, podman and buildah (which runs what it built with runc).
 *
 * @throws {Error} when there is none
 */
export function findEngine(): Engine {
  // The client alone is no engine: ask for the server.
  if (works('docker', 'version', '--format', '{{.Server.Version}}')) return new DockerEngine('docker');
  if (works('podman', 'info')) return new DockerEngine('podman');
  if (works('buildah', '--version') && works('runc', '--version')) return new BuildahEngine();
  throw new Error('No container engine works here: docker, podman, or buildah with runc is needed.');
}
