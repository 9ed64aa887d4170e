import { readdirSync, readFileSync } from 'node:fs';

/** A process and all its descendants. */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (const parent of found) found.push(...childrenOf(parent));
  return found;
}

function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => read(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number));
}

/** CPU seconds that the processes have used so far, user and system. */
export function cpuSeconds(pids: readonly number[]): number {
  // To the nanosecond, but only of threads that live; to the hundredth, of those that have ended too. Whichever saw more saw all.
  return pids.reduce((sum, pid) => sum + Math.max(ofLivingThreads(pid), ofAllThreads(pid)), 0);
}

function ofLivingThreads(pid: number): number {
  return threadsOf(pid).reduce((sum, thread) => sum + Number(read(pid, `task/${thread}/schedstat`).split(' ', 1)[0]), 0) / 1e9;
}

function ofAllThreads(pid: number): number {
  // After the name, which may hold anything: fields 14 and 15 of all, in hundredths of a second.
  const [, after = ''] = /\) (.*)/.exec(read(pid, 'stat')) ?? [];
  const fields = after.split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // It has ended.
  }
}

/** Proportional memory in MB: pages that processes share count once. */
export function pssMegabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0));
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1024;
}

/** Empty when the process has ended. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
