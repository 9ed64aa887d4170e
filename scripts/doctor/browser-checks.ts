import { randomBytes } from 'node:crypto';
import { taskContracts } from '../../packages/contracts/src/index.ts';
import { fail, ok, warn, type Check } from './check.ts';
import type { Response } from './target.ts';

const [{ task }] = taskContracts;
const streamed = taskContracts.find((contract) => 'stream' in contract)!.task;
const foreignOrigin = 'https://attacker.example';

/** Whether the origin or host was the reason: missing credentials would hide that neither is checked. */
const isRefusedFor = (code: 'origin-refused' | 'host-refused', { body }: Response): boolean => body.includes(`urn:facet:problem:${code}`);

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
      const response = await target.send({ method: 'POST', target: `/${task}/reference/update`, headers, body: '{' });
      return isRefusedFor('origin-refused', response)
        ? ok(`status ${response.status}`)
        : fail(`A cross-site POST got ${response.status} instead of 403 origin-refused. Check that the proxy passes Origin on.`);
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
      const response = await target.send({ target: `/${streamed}/stream`, headers });
      if (isRefusedFor('origin-refused', response)) return ok(`status ${response.status}`);
      const remedy = 'Leave STREAM_ORIGINS out, or list the origins that need it, and check that the proxy passes Origin on.';
      return fail(`A WebSocket handshake of another origin got ${response.status} instead of 403 origin-refused. ${remedy}`);
    },
  },
  {
    id: 'host',
    title: 'Unknown host names are refused (DNS rebinding)',
    async run(target) {
      const headers = { host: 'attacker.example', 'content-type': 'text/plain' };
      const response = await target.send({ method: 'POST', target: `/${task}/predict`, headers, body: '{' });
      // A proxy that routes by host does not know the name.
      if (response.status === 404 || isRefusedFor('host-refused', response)) return ok(`status ${response.status}`);
      const detail = `Host: attacker.example got ${response.status} instead of 421 host-refused. Set ALLOWED_HOSTS to the names under which the suite is reached.`;
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
