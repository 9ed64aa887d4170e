import { taskContracts } from '../../packages/contracts/src/index.ts';
import { fail, ok, type Check } from './check.ts';

const [{ task }] = taskContracts;

/** Request targets that must reach no route, however they are spelled. */
const oddTargets = [
  'http://other.example/metrics',
  `//other.example/${task}/samples`,
  `/${task}/samples#fragment`,
  `/${task}/../metrics`,
  `/${task}/%2e%2e/metrics`,
  `/${task}%2fsamples`,
  `/${task}\\samples`,
  `/${task}//samples`,
];

/** Generous: a busy suite behind a proxy still answers a body of 20 kB sooner. */
const parsingMs = 2000;

/** What is done with requests that no client sends by accident. */
export const requestChecks: readonly Check[] = [
  {
    id: 'request-target',
    title: 'Ambiguous request targets are refused',
    async run(target) {
      const accepted: string[] = [];
      for (const odd of oddTargets) {
        const { status } = await target.send({ target: odd, headers: target.credentials });
        if (status < 300 || status >= 500) accepted.push(`${odd} (${status})`);
      }
      return accepted.length === 0
        ? ok(`${oddTargets.length} refused`)
        : fail(`Accepted: ${accepted.join(', ')}. Upgrade the gateway, and turn off path rewriting in the proxy.`);
    },
  },
  {
    id: 'framing',
    title: 'Ambiguous message framing is refused',
    async run(target) {
      const both = { 'content-length': '4', 'transfer-encoding': 'chunked', 'content-type': 'application/json' };
      const { status } = await target.send({ method: 'POST', target: `/${task}/predict`, headers: { ...both, ...target.credentials }, body: '0\r\n\r\n' });
      return status >= 400 && status < 500 ? ok(`status ${status}`) : fail(`Content-Length with Transfer-Encoding returned ${status}, expected 400.`);
    },
  },
  {
    id: 'request-head',
    title: 'Oversized headers are refused',
    async run(target) {
      const { status } = await target.send({ target: '/health', headers: { 'x-padding': 'x'.repeat(70_000) } });
      return status >= 400 && status < 500 ? ok(`status ${status}`) : fail(`A header of 70 kB got ${status}, expected 431.`);
    },
  },
  {
    id: 'body-limit',
    title: 'Oversized bodies are refused before they are sent',
    async run(target) {
      const headers = { 'content-length': String(2 ** 31), 'content-type': 'application/json', ...target.credentials };
      const { status } = await target.send({ method: 'POST', target: `/${task}/predict`, headers, body: '{' });
      return status >= 400 && status < 500 ? ok(`status ${status}`) : fail(`A declared body of 2 GiB got ${status}, expected 413. Lower BODY_MAX_BYTES.`);
    },
  },
  {
    id: 'parsing-time',
    title: 'Malformed JSON is refused quickly',
    async run(target) {
      const body = `[NaN,"${'\\"'.repeat(10_000)}`;
      const { elapsedMs } = await target.send({
        method: 'POST',
        target: `/${task}/predict`,
        headers: { 'content-type': 'application/json', ...target.credentials },
        body,
      });
      const words = `${Math.round(elapsedMs)} ms for ${Math.round(body.length / 1000)} kB`;
      return elapsedMs < parsingMs ? ok(words) : fail(`${words}: parsing takes longer than linear time. Upgrade the services.`);
    },
  },
  {
    id: 'error-detail',
    title: 'Errors reveal nothing of the inside',
    async run(target) {
      const { body, headers } = await target.send({ method: 'POST', target: `/${task}/no-such-call`, body: '' });
      const leaks = [/\n\s+at /, /node_modules/, /\/(?:app|home|root|usr)\//].filter((pattern) => pattern.test(body));
      if (leaks.length > 0) return fail('An error response shows a stack or a path of the file system.');
      return headers['x-powered-by'] === undefined ? ok('no stack, no path, no product version') : fail('The header X-Powered-By names the software.');
    },
  },
];
