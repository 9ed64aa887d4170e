import type { Reply, RequestContext } from '@facet/http';

const methods = 'GET, HEAD, POST, OPTIONS';
const requestHeaders =
  'authorization, content-type, content-encoding, x-api-key, x-user-id, x-model-version, x-request-id, x-request-timeout-ms, traceparent, tracestate, cache-control, inference-header-content-length';
const shown = 'x-request-id, x-model, x-model-version, x-cache, x-brown-out, retry-after, server-timing, inference-header-content-length';
const maxAgeSeconds = '7200';

/**
 * Lets pages of other origins read the answers, where their origin is listed; answers the question that browsers ask before.
 *
 * No credentials are allowed for: keys travel in headers that the page sets itself, so no cookie of a visitor is ever used.
 *
 * @param origins that may read, or `*` for all
 * @param moreHeaders that pages may send besides those that mean something here
 */
export function admitOrigin({ request, head }: RequestContext, origins: readonly string[], moreHeaders: readonly string[] = []): Reply | undefined {
  const { origin } = request.headers;
  if (origin === undefined) return undefined;
  const isFree = origins.includes('*');
  if (!isFree) head.push('vary', 'origin');
  if (!isFree && !origins.includes(origin)) return undefined;
  head.push('access-control-allow-origin', isFree ? '*' : origin, 'access-control-expose-headers', shown);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return undefined;
  return {
    status: 204,
    body: '',
    headers: {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': [requestHeaders, ...moreHeaders].join(', '),
      'access-control-max-age': maxAgeSeconds,
    },
  };
}
