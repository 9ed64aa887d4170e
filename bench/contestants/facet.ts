import { leanEnv, leanFlags } from '@facet/config';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Launch } from './contestant.ts';

const runtime = join(import.meta.dirname, '..', '..', 'packages', 'inference', 'node_modules', 'onnxruntime-node', 'package.json');
const versions = `node ${process.versions.node}, onnxruntime-node ${(JSON.parse(readFileSync(runtime, 'utf8')) as { version: string }).version}`;

/** Flags for the Node that runs Facet's services, such as `--cpu-prof`. */
const flags = (process.env['FACET_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);

/** As `npm start` sets it. */
const compiled = join(import.meta.dirname, '..', '..', '.cache', 'compiled');

/** A service as `npm start` runs it, every default feature on; the log is written, to nowhere. */
function launch(service: string, port: number, env: Readonly<Record<string, string>> = {}): Launch {
  return {
    command: process.execPath,
    args: ['--conditions=source', ...leanFlags, ...flags, `services/${service}/src/main.ts`],
    env: {
      ...leanEnv,
      NODE_COMPILE_CACHE: compiled,
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      LOG_FILE: '/dev/null',
      DRAIN_DELAY: '50ms',
      ...env,
      PORT: String(port),
    },
  };
}

export const facet: Contestant = {
  name: 'facet',
  title: 'Facet',
  versions,
  async launches(task, freePort) {
    const port = await freePort();
    return { launches: [launch(task, port)], port, path: '/v1/predict' };
  },
};

export const facetThroughGateway: Contestant = {
  name: 'gateway',
  title: 'Facet through its gateway',
  versions,
  async launches(task, freePort) {
    const [port, behind] = [await freePort(), await freePort()];
    // As `npm start` runs them: two processes each would be four, which share two cores and wake one another for single requests.
    const alone = { WORKERS: '1' };
    const launches = [
      launch(task, behind, task === 'detection' ? {} : alone),
      launch('gateway', port, { ...alone, [`${task.toUpperCase()}_URL`]: `http://127.0.0.1:${behind}` }),
    ];
    return { launches, port, path: `/${task}/v1/predict` };
  },
};
