import { taskContracts } from '../../packages/contracts/src/index.ts';
import { fail, isRefused, ok, skip, type Check, type Finding } from './check.ts';
import type { Target } from './target.ts';

const tasks = taskContracts.map(({ task }) => task);

/** A body that no call accepts, so that a suite which lets the request in changes nothing. */
const brokenBody = { headers: { 'content-type': 'application/json' }, body: '{' };

interface Probe {
  readonly method: string;
  readonly target: string;
}

/** The probes that were not kept out, each with its status. */
async function admitted(target: Target, probes: readonly Probe[], headers: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const open: string[] = [];
  for (const { method, target: path } of probes) {
    const parts = method === 'GET' ? { headers } : { ...brokenBody, headers: { ...brokenBody.headers, ...headers } };
    const { status } = await target.send({ method, target: path, ...parts });
    if (!isRefused(status)) open.push(`${method} ${path} (${status})`);
  }
  return open;
}

async function keepsOut(target: Target, probes: readonly Probe[], remedy: string): Promise<Finding> {
  const open = await admitted(target, probes);
  return open.length === 0 ? ok(`${probes.length} anonymous calls refused`) : fail(`Anonymous callers are admitted to ${open.join(', ')}. ${remedy}`);
}

const administration = tasks.flatMap((task): Probe[] => [
  { method: 'POST', target: `/${task}/reference/update` },
  { method: 'GET', target: `/${task}/samples` },
]);

/** Who is let in, and to what. */
export const accessChecks: readonly Check[] = [
  {
    id: 'authentication',
    title: 'Predictions need an API key or token',
    run: (target) =>
      keepsOut(
        target,
        tasks.flatMap((task) => [
          { method: 'POST', target: `/${task}/predict` },
          { method: 'POST', target: `/${task}/batch/predict` },
          { method: 'POST', target: `/v2/models/${task}/infer` },
        ]),
        'Set API_KEYS_FILE or JWT_JWKS_URL at the gateway (chart: gateway.apiKeys, gateway.jwt).',
      ),
  },
  {
    id: 'operations',
    title: 'Metrics and status are not public',
    run: (target) =>
      keepsOut(
        target,
        ['/metrics', '/status', '/experiments'].map((path) => ({ method: 'GET', target: path })),
        'Set API_KEYS_FILE or JWT_JWKS_URL, and OPERATIONS_PORT to move them to a port of their own.',
      ),
  },
  {
    id: 'administration',
    title: 'Administration needs the scope admin',
    async run(target) {
      const anonymous = await admitted(target, administration);
      const named = target.hasKey ? await admitted(target, administration, target.credentials) : [];
      const open = [...anonymous, ...named.map((call) => `${call} with the given key`)];
      if (open.length > 0) return fail(`Admitted: ${open.join(', ')}. Set API_KEYS_FILE, and give the scope admin to operators alone.`);
      return ok(`refused anonymously${target.hasKey ? ' and with the given key' : '; pass --key to check a caller without admin'}`);
    },
  },
  {
    id: 'credentials',
    title: 'The given key is accepted',
    async run(target) {
      if (!target.hasKey) return skip('no --key given');
      const { status } = await target.send({ target: '/v2/models/stats', headers: target.credentials });
      return status === 401 || status === 403
        ? fail(`The key is refused (${status}). Check its id, scopes and expiry in API_KEYS_FILE.`)
        : ok(`status ${status}`);
    },
  },
  {
    id: 'trailing-slash',
    title: 'A trailing slash changes no policy',
    async run(target) {
      const differing: string[] = [];
      for (const task of tasks) {
        const [plain, slashed] = [await send(`/${task}/predict`), await send(`/${task}/predict/`)];
        if (slashed !== plain && slashed !== 308) differing.push(`/${task}/predict: ${plain}, with a slash ${slashed}`);
      }
      return differing.length === 0 ? ok('same response') : fail(`${differing.join('; ')}. Upgrade the gateway, or check the rewrite rules of the proxy.`);

      async function send(path: string): Promise<number> {
        return (await target.send({ method: 'POST', target: path, ...brokenBody })).status;
      }
    },
  },
];
