import { randomBytes } from 'node:crypto';
import { taskContracts } from '../../packages/contracts/src/index.ts';
import { fail, ok, warn, type Check } from './check.ts';

const [{ task }] = taskContracts;
const streamed = taskContracts.find((contract) => 'stream' in contract)!.task;
const foreignOrigin = 'https://attacker.example';

/** What a page of another site can do through a visitor's browser. */
export const browserChecks: readonly Check[] = [
  {
    id: 'cors',
    title: 'Pages of other origins cannot read responses',
    async run(target) {
      const { headers } = await target.send({ target: '/health', headers: { origin: foreignOrigin } });
      const allowed = headers['access-control-allow-origin'];
      if (allowed === undefined) return ok('no Access-Control-Allow-Origin');
      return allowed === '*' ? warn('CORS_ORIGINS=* lets every site read responses. List the origins that need it.') : fail(`${allowed} is allowed.`);
    },
  },
  {
    id: 'csrf',
    title: 'Pages of other origins cannot send state-changing calls',
    async run(target) {
      const headers = { origin: foreignOrigin, 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain', ...target.credentials };
      const { status } = await target.send({ method: 'POST', target: `/${task}/reference/update`, headers, body: '{' });
      return status === 401 || status === 403
        ? ok(`status ${status}`)
        : fail(`A cross-site POST got ${status}, expected 403. Check that the proxy passes Origin on.`);
    },
  },
  {
    id: 'stream-origin',
    title: 'Pages of other origins cannot open streams',
    async run(target) {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        origin: foreignOrigin,
        ...target.credentials,
      };
      const { status } = await target.send({ target: `/${streamed}/stream`, headers });
      if (status === 101) return fail('A WebSocket of another origin was opened. Leave STREAM_ORIGINS out, or list the origins that need it.');
      return ok(`status ${status}`);
    },
  },
  {
    id: 'host',
    title: 'Unknown host names are refused (DNS rebinding)',
    async run(target) {
      const { status } = await target.send({
        method: 'POST',
        target: `/${task}/predict`,
        headers: { host: 'attacker.example', 'content-type': 'text/plain' },
        body: '{',
      });
      if (status === 401 || status === 403 || status === 404 || status === 421) return ok(`status ${status}`);
      const detail = `Host: attacker.example got ${status}. Set ALLOWED_HOSTS to the names under which the suite is reached.`;
      return target.isLoopback ? fail(detail) : warn(detail);
    },
  },
  {
    id: 'response-headers',
    title: 'Responses carry protective headers',
    async run(target) {
      const { headers } = await target.send({ target: '/', headers: { accept: 'text/html' } });
      const framing = headers['x-frame-options'] !== undefined || /frame-ancestors/.test(headers['content-security-policy'] ?? '');
      const missing = [
        ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['X-Content-Type-Options: nosniff']),
        ...(framing ? [] : ['X-Frame-Options or frame-ancestors']),
        ...(headers['referrer-policy'] === undefined ? ['Referrer-Policy'] : []),
      ];
      return missing.length === 0 ? ok('nosniff, framing, referrer') : fail(`Missing: ${missing.join(', ')}. Check that the proxy passes them on.`);
    },
  },
];
