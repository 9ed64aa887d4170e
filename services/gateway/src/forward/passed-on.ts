import { serviceTokenHeader, shadowHeader } from '@facet/http';

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that are set anew. */
const notForwarded = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'x-request-id',
  'x-request-timeout-ms',
  'traceparent',
  // Checked here, against the name that the client knows; the service has another.
  'origin',
  'sec-fetch-site',
  serviceTokenHeader,
  // A client that set it would keep its predictions out of metrics and samples.
  shadowHeader,
]);

/** Headers that `Connection` cannot take away: every recipient needs them, or they are the gateway's own word. */
const endToEnd = new Set(['content-type', 'content-encoding', 'cache-control', 'x-client-id', 'x-forwarded-for']);

/** What connections mostly say, and what nominates no header. */
const usual = new Set(['keep-alive', 'close', 'upgrade']);

export type Headers = Record<string, string | string[]>;

/** Headers that go on to the other side: without those of the connection, and without those that `Connection` names as its own. */
export function passedOn(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const kept: Headers = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !notForwarded.has(name)) kept[name] = value;
  }
  const { connection } = headers;
  if (connection === undefined || (typeof connection === 'string' && usual.has(connection))) return kept;
  for (const option of String(connection).split(',')) {
    const name = option.trim().toLowerCase();
    if (!endToEnd.has(name)) delete kept[name];
  }
  return kept;
}
