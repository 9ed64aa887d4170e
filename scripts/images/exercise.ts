import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { modelsOf, userId, type ImageName } from '../../deploy/images/src/definition.ts';
import { builtInVersions, kindNames, taskContracts, type Kind } from '../../packages/contracts/src/index.ts';
import { toolsOf } from '../kinds/tools-of.ts';
import type { Container, Engine, ImageConfig } from './engine.ts';

const node = '/usr/local/bin/node';
const startTimeoutMs = 60_000;
const requestTimeoutMs = 20_000;

async function untilReady({ url }: Container): Promise<boolean> {
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until) {
    const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(requestTimeoutMs) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return true;
    await sleep(100);
  }
  return false;
}

/** Of an image without models: whether it lives, is not ready, and names the model that it lacks. */
async function untilWanting({ url }: Container): Promise<boolean> {
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(requestTimeoutMs) }).catch(() => undefined);
    if (answer?.status === 503 && /"reason":"the manifest is missing/.test(await answer.text())) return true;
    await sleep(100);
  }
  return false;
}

/** Asks every version for the example of the kind. */
async function predict(url: string, { task, kind }: { readonly task: string; readonly kind: Kind }): Promise<string | undefined> {
  const { file, type, answer } = (await toolsOf(kind)).example;
  for (const version of builtInVersions) {
    const body = await readFile(file);
    const response = await fetch(`${url}/${version}/predict`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    if (!response.ok || !answer.test(text)) return `${task} ${version} answers ${response.status} ${text.slice(0, 200)}`;
  }
  return undefined;
}

/** Programs run inside, each with the exit code that it has to have. */
const inside: readonly (readonly [what: string, script: string])[] = [
  ['does not run as the user that it should', `process.exit(process.getuid() === ${userId} && process.getgid() === ${userId} ? 0 : 1)`],
  ['could write to its own files', "try { require('node:fs').writeFileSync('/app/written', ''); process.exit(1) } catch { process.exit(0) }"],
  ['has capabilities', "process.exit(/^Cap(Eff|Bnd):\\s+0+$/m.test(require('node:fs').readFileSync('/proc/self/status', 'utf8')) ? 0 : 1)"],
  ['trusts no certificates', "process.exit(require('node:fs').readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8').includes('BEGIN') ? 0 : 1)"],
];

/** In `all`: ends one of the services, whose program is named in its command line. */
const endOne = `for (const pid of require('node:fs').readdirSync('/proc')) {
  try { if (require('node:fs').readFileSync('/proc/' + pid + '/cmdline', 'latin1').includes('dist/${kindNames[0]}/main.js')) process.kill(Number(pid), 'SIGKILL') } catch {}
}`;

/** Runs an image as a restricted pod would, asks it what it is for, and ends it; gives back what was wrong. */
export async function exercise(engine: Engine, name: ImageName, tag: string, config: ImageConfig): Promise<string[]> {
  const faults: string[] = [];
  const container = await engine.start(tag, config);
  // The gateway has no models and needs none; a service without them waits for those of its users.
  const isWanting = name !== 'gateway' && modelsOf(name).length === 0;
  if (await (isWanting ? untilWanting(container) : untilReady(container))) {
    for (const contract of taskContracts.filter(({ task }) => modelsOf(name).includes(task)))
      faults.push(...[await predict(name === 'all' ? `${container.url}/${contract.task}` : container.url, contract)].filter((fault) => fault !== undefined));
    for (const path of ['/docs/assets/swagger-ui-bundle.js', '/redoc/assets/redoc.js', '/openapi.json', '/metrics']) {
      const { ok, status } = await fetch(`${container.url}${path}`, { signal: AbortSignal.timeout(requestTimeoutMs) });
      if (!ok) faults.push(`${path} answers ${status}`);
    }
    for (const [what, script] of inside) if (container.exec([node, '-e', script]) !== 0) faults.push(`it ${what}`);
    if (container.exec(config.health) !== 0) faults.push('its health check fails');
  } else {
    faults.push(isWanting ? 'it does not say that its model is missing' : 'it is not ready');
  }
  const { code, log } = await container.end('terminate');
  if (code !== 0) faults.push(`it ends with ${code} after SIGTERM`);
  if (name === 'all') faults.push(...(await loseService(engine, tag, config)));
  return faults.length > 0 ? [...faults, `its log:\n${log.slice(-4000)}`] : [];
}

async function loseService(engine: Engine, tag: string, config: ImageConfig): Promise<string[]> {
  const container = await engine.start(tag, config);
  if (!(await untilReady(container))) return ['it is not ready a second time'];
  container.exec([node, '-e', endOne]);
  const { code } = await container.end('wait');
  return code === 0 ? ['it ends with 0 when one of its services died'] : [];
}
