import { join } from 'node:path';
import type { Contestant } from '../../contestants/contestant.ts';
import { venv } from '../python.ts';

const { bin, prepare, versions } = venv('bentoml', ['bentoml', 'uvicorn', 'onnxruntime', 'numpy', 'pillow']);

export const bentoml: Contestant = {
  name: 'bentoml',
  title: 'BentoML',
  versions,
  prepare,
  async launches(task, freePort) {
    const port = await freePort();
    const args = ['serve', 'server:Peer', '--working-dir', import.meta.dirname, '--host', '127.0.0.1', '--port', String(port)];
    const env = { TASK: task, BENTOML_DO_NOT_TRACK: 'True', BENTOML_HOME: join(bin, '..', 'home') };
    return { launches: [{ command: join(bin, 'bentoml'), args, env }], port, path: '/predict' };
  },
};
