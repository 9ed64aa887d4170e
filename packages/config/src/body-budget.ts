import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Bytes of memory that this process and its siblings may use: the container's limit, never more than the host has.
 *
 * @param root where the cgroup file system is mounted
 */
export function memoryLimit(root = '/sys/fs/cgroup', host = totalmem()): number {
  const limit = Number(read(`${root}/memory.max`) ?? read(`${root}/memory/memory.limit_in_bytes`) ?? Number.NaN);
  return limit > 0 ? Math.min(host, limit) : host;
}

/** Share of the memory that bodies may take; the program itself, decoded images and answers need the rest. */
const shareOfMemory = 1 / 4;
const mostBytes = 1024 ** 3;

/**
 * Bytes of bodies that one process may hold at once.
 *
 * @param given what is configured; without it a quarter of the memory, divided among the processes
 * @param processes that share the memory
 */
export function bodyBudget(given: number | undefined, processes: number, memoryBytes = memoryLimit()): number {
  return given ?? Math.floor(Math.min(mostBytes, memoryBytes * shareOfMemory) / processes);
}
