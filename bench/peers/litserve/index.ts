import { join } from 'node:path';
import type { Contestant } from '../../contestants/contestant.ts';
import { venv } from '../python.ts';

const { bin, prepare, versions } = venv('litserve', ['litserve', 'fastapi', 'uvicorn', 'onnxruntime', 'numpy', 'pillow']);

export const litserve: Contestant = {
  name: 'litserve',
  title: 'LitServe',
  versions,
  prepare,
  async launches(task, freePort) {
    const port = await freePort();
    // A model process a core, as its guide says. More HTTP processes, and its ZeroMQ queue, measured slower or alike.
    const env = { TASK: task, PORT: String(port), WORKERS: '2', API_SERVERS: '1' };
    return { launches: [{ command: join(bin, 'python'), args: [join(import.meta.dirname, 'server.py')], env }], port, path: '/predict' };
  },
};
