import { leanEnv, leanFlags } from '@facet/config';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleService, type Service } from './bundle.ts';
import type { Contestant, Launch } from './contestant.ts';

const runtime = join(import.meta.dirname, '..', '..', 'packages', 'inference', 'node_modules', 'onnxruntime-node', 'package.json');
const versions = `node ${process.versions.node}, onnxruntime-node ${(JSON.parse(readFileSync(runtime, 'utf8')) as { version: string }).version}`;

/** Flags for the Node that runs Facet's services, such as `--cpu-prof`. */
const flags = (process.env['FACET_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);

/** Node keeps what it made of each file, as `npm start` has it do. */
const compiled = join(import.meta.dirname, '..', '..', '.cache', 'compiled');

/** What Node is asked to run. */
type Program = (service: Service) => Promise<readonly string[]>;

/** As in its image. */
const fromBundle: Program = async (service) => [await bundleService(service)];

/** By a path that another checkout has too. */
const fromSources: Program = (service) => Promise.resolve(['--conditions=source', `services/${service}/src/main.ts`]);

/** A service with every default feature on; the log is written, to nowhere. */
async function launch(program: Program, service: Service, port: number, env: Readonly<Record<string, string>> = {}): Promise<Launch> {
  return {
    command: process.execPath,
    args: [...leanFlags, ...flags, ...(await program(service))],
    env: {
      ...leanEnv,
      NODE_COMPILE_CACHE: compiled,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      LOG_FILE: '/dev/null',
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
