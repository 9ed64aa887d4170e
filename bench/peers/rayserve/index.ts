import { join } from 'node:path';
import type { Contestant } from '../../contestants/contestant.ts';
import { venv } from '../python.ts';

const { bin, prepare, versions } = venv('rayserve', ['ray', 'starlette', 'uvicorn', 'onnxruntime', 'numpy', 'pillow']);

export const rayServe: Contestant = {
  name: 'rayserve',
  title: 'Ray Serve',
  isRestless: true,
  versions,
  prepare,
  async launches(task, freePort) {
    const port = await freePort();
    const env = { TASK: task, PORT: String(port), RAY_USAGE_STATS_ENABLED: '0' };
    return { launches: [{ command: join(bin, 'python'), args: [join(import.meta.dirname, 'server.py')], env }], port, path: '/predict' };
  },
};
