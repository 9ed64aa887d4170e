import type { Contestant } from '../../contestants/contestant.ts';
import type { TaskName } from '../../payloads/cases.ts';
import { venv } from '../python.ts';
import { join } from 'node:path';

const { bin, prepare, versions } = venv('fastapi', ['fastapi', 'uvicorn', 'onnxruntime', 'numpy', 'pillow']);

/** FastAPI on uvicorn with so many processes. */
function fastapi(workers: number): Contestant {
  return {
    name: `fastapi-${workers}`,
    title: `FastAPI, ${workers === 1 ? '1 worker' : `${workers} workers`}`,
    versions,
    prepare,
    async launches(task, freePort) {
      const port = await freePort();
      const args = ['server:app', '--app-dir', import.meta.dirname, '--port', String(port), '--workers', String(workers), '--no-access-log'];
      const env = { TASK: task, ...settings(task, workers) };
      return { launches: [{ command: join(bin, 'uvicorn'), args, env }], port, path: '/predict' };
    },
  };
}

/** What measured fastest: short work on the loop; long work on threads, with both cores for one process and one each for two. */
function settings(task: TaskName, workers: number): Record<string, string> {
  if (task !== 'detection') return { POOL: '0', THREADS: '1' };
  return { POOL: process.env['FASTAPI_POOL'] ?? '2', THREADS: workers === 1 ? '2' : '1' };
}

export const fastapi1 = fastapi(1);
export const fastapi2 = fastapi(2);
