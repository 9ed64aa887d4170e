import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * CPUs that this process may use, at least 1: the container's quota rounded up, never more than the host's.
 *
 * ONNX Runtime and Node size themselves from the host; in a container with half a core of sixty-four that is ruinous.
 *
 * @param root where the cgroup file system is mounted
 */
export function cpuQuota(root = '/sys/fs/cgroup', host = availableParallelism()): number {
  const v2 = read(`${root}/cpu.max`)?.split(/\s+/).map(Number);
  const quota = v2?.[0] ?? Number(read(`${root}/cpu/cpu.cfs_quota_us`) ?? Number.NaN);
  const period = v2?.[1] ?? Number(read(`${root}/cpu/cpu.cfs_period_us`) ?? Number.NaN);
  const cpus = quota / period;
  return cpus > 0 && Number.isFinite(cpus) ? Math.max(1, Math.min(host, Math.ceil(cpus))) : host;
}
