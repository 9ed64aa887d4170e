import { runtimeTuningEnv, runtimeTuningFlags } from '@facet/config';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleService, type Service } from './bundle.ts';
import type { Contestant, Launch } from './contestant.ts';

const runtime = join(import.meta.dirname, '..', '..', 'packages', 'inference', 'node_modules', 'onnxruntime-node', 'package.json');
const versions = `node ${process.versions.node}, onnxruntime-node ${(JSON.parse(readFileSync(runtime, 'utf8')) as { version: string }).version}`;

/** Flags for the Node that runs Facet's services, such as `--cpu-prof`. */
const flags = (process.env['FACET_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);

/** What Node is to run, and with what in its environment. */
type Program = (service: Service) => Promise<Required<Pick<Launch, 'args' | 'env'>>>;

/** As in its image. */
const fromBundle: Program = async (service) => ({ args: [await bundleService(service)], env: { NODE_ENV: 'production' } });

/** By a path that another checkout has too; as with `npm start`, Node keeps what it made of each file. */
const fromSources: Program = (service) =>
  Promise.resolve({
    args: ['--conditions=source', `services/${service}/src/main.ts`],
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '..', '..', '.cache', 'compiled') },
  });

/** A service with every default feature on; the log is written, to nowhere. */
async function launch(program: Program, service: Service, port: number, env: Readonly<Record<string, string>> = {}): Promise<Launch> {
  const { args, env: needed } = await program(service);
  return {
    command: process.execPath,
    args: [...runtimeTuningFlags, ...flags, ...args],
    env: {
      ...runtimeTuningEnv,
      ...needed,
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      LOG_FILE: '/dev/null',
      // As in a pod of the charts, and as all others here.
      MODEL_VERSIONS: 'v1',
      DRAIN_DELAY: '50ms',
      ...env,
      PORT: String(port),
    },
  };
}

function alone(program: Program): Contestant {
  return {
    name: 'facet',
    title: 'Facet',
    versions,
    async launches(task, freePort) {
      const port = await freePort();
      return { launches: [await launch(program, task, port)], port, path: '/v1/predict' };
    },
  };
}

function throughGateway(program: Program): Contestant {
  return {
    name: 'gateway',
    title: 'Facet through its gateway',
    versions,
    async launches(task, freePort) {
      const [port, behind] = [await freePort(), await freePort()];
      // As `npm start` runs them: two processes each would be four, which share two cores and wake one another for single requests.
      const single = { WORKERS: '1' };
      const launches = [
        await launch(program, task, behind, task === 'detection' ? {} : single),
        await launch(program, 'gateway', port, { ...single, [`${task.toUpperCase()}_URL`]: `http://127.0.0.1:${behind}` }),
      ];
      return { launches, port, path: `/${task}/v1/predict` };
    },
  };
}

export const facet = alone(fromBundle);
export const facetThroughGateway = throughGateway(fromBundle);

/** The same, run so that a part of it can be replaced, or all by another checkout. */
export const sources = { facet: alone(fromSources), facetThroughGateway: throughGateway(fromSources) };
