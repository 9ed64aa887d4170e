import { join } from 'node:path';
import type { Contestant } from '../../contestants/contestant.ts';
import { venv } from '../python.ts';

const { bin, prepare, versions } = venv('mlserver', ['mlserver', 'fastapi', 'uvicorn', 'onnxruntime', 'numpy', 'pillow']);

export const mlserver: Contestant = {
  name: 'mlserver',
  title: 'MLServer',
  versions,
  prepare,
  async launches(task, freePort) {
    const [port, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
    const env = {
      TASK: task,
      MLSERVER_HOST: '127.0.0.1',
      MLSERVER_HTTP_PORT: String(port),
      MLSERVER_GRPC_PORT: String(grpcPort),
      MLSERVER_METRICS_PORT: String(metricsPort),
      // Its guide wants one a core; for short work the way there and back costs more than the second core gains.
      MLSERVER_PARALLEL_WORKERS: task === 'detection' ? '2' : '0',
      MLSERVER_DEBUG: 'false',
      MLSERVER_ENVIRONMENTS_DIR: join(bin, '..', 'environments'),
      MLSERVER_METRICS_DIR: join(bin, '..'),
      PYTHONPATH: import.meta.dirname,
    };
    return { launches: [{ command: join(bin, 'mlserver'), args: ['start', import.meta.dirname], env }], port, path: '/predict' };
  },
};
