import { processTree } from '../measure/process-tree.ts';

const running = new Set<number>();

/** Sees to it that a child and its descendants end with this process, however that ends. */
export function endWithUs(pid: number): void {
  running.add(pid);
}

/** It has been stopped in order. */
export function hasEnded(pid: number): void {
  running.delete(pid);
}

process.once('exit', () => {
  for (const pid of [...running].flatMap(processTree)) kill(pid);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
