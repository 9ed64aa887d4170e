import { documentUrl, field, flag, headerNames, number, origins, redisUrl, text, whole } from '@facet/config';

/** Who may ask the gateway, and how much. All of it is off unless it is set. */
export const admitFields = {
  apiKeysFile: field({
    env: 'API_KEYS_FILE',
    schema: text(),
    doc: 'JSON file of API keys, created by `npm run keys` and reloaded when it changes. Setting it requires authentication.',
  }),
  jwksUrl: field({
    env: 'JWT_JWKS_URL',
    schema: documentUrl(),
    doc: 'JWKS URL of an identity provider whose access tokens are accepted; https, or http on this machine. Requires `JWT_ISSUER` and `JWT_AUDIENCE`.',
  }),
  jwksAllowHttp: field({
    env: 'JWT_JWKS_ALLOW_HTTP',
    schema: flag(),
    fallback: 'false',
    doc: 'Allow plain http for `JWT_JWKS_URL` on other machines. An attacker on that network can then forge tokens.',
  }),
  jwtIssuer: field({ env: 'JWT_ISSUER', schema: text(), doc: 'Required token issuer. `any` accepts every issuer.' }),
  jwtAudience: field({ env: 'JWT_AUDIENCE', schema: text(), doc: 'Required token audience. `any` accepts tokens for every API.' }),
  jwtScopeClaim: field({
    env: 'JWT_SCOPE_CLAIM',
    schema: text(),
    fallback: 'scope',
    doc: 'Claim that lists the scopes of a token: `gesture`, `digit`, `detection`, `*`, `admin`, with an optional prefix `facet:`.',
  }),
  jwtRatePerSecond: field({ env: 'JWT_RATE_LIMIT', schema: number({ min: 0.01 }), doc: 'Rate limit per caller with a token, in requests per second.' }),
  jwtConcurrency: field({ env: 'JWT_CONCURRENCY', schema: whole({ min: 1 }), doc: 'Concurrency limit per caller with a token.' }),
  addressRatePerSecond: field({
    env: 'ADDRESS_RATE_LIMIT',
    schema: number({ min: 0.01 }),
    doc: 'Rate limit for unauthenticated requests per IP address (IPv6: per /64), in requests per second.',
  }),
  addressBurst: field({ env: 'ADDRESS_BURST', schema: whole({ min: 1 }), doc: 'Burst size of `ADDRESS_RATE_LIMIT`. Defaults to one second of the rate.' }),
  trustedProxies: field({
    env: 'TRUSTED_PROXIES',
    schema: whole({ min: 0, max: 16 }),
    fallback: '0',
    doc: 'Number of proxies in front of the gateway that append to `x-forwarded-for`. The client address is the one seen by the first of them.',
  }),
  corsOrigins: field({
    env: 'CORS_ORIGINS',
    schema: origins(),
    doc: 'CORS: origins whose pages may read responses, such as `https://app.example.org`. `*` allows all.',
  }),
  corsHeaders: field({
    env: 'CORS_HEADERS',
    schema: headerNames(),
    doc: 'CORS: comma-separated additional request headers that those pages may send, such as `x-app-version`.',
  }),
  redisUrl: field({
    env: 'REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Redis that shares rate limits, quotas and cached predictions among replicas: `redis://host:6379`, `rediss://…` with TLS, or `redis+sentinel://host:26379,host:26379/name`. Redis Cluster is not supported. Without it each pod has its own.',
  }),
  streamMaxPerCaller: field({
    env: 'STREAM_MAX_PER_CALLER',
    schema: whole({ min: 1 }),
    doc: 'Maximum open WebSockets per authenticated caller and process. Defaults to a quarter of `STREAM_MAX_CONNECTIONS`.',
  }),
  streamMaxPerAddress: field({
    env: 'STREAM_MAX_PER_ADDRESS',
    schema: whole({ min: 1 }),
    doc: 'Maximum open WebSockets per IP address (IPv6: per /64) of unauthenticated callers. Behind a proxy, set `TRUSTED_PROXIES`; otherwise all clients share one address.',
  }),
  maxConnections: field({
    env: 'MAX_CONNECTIONS',
    schema: whole({ min: 1 }),
    fallback: '10000',
    doc: 'Maximum connections per process; further ones are closed immediately.',
  }),
  maxConnectionsPerAddress: field({
    env: 'MAX_CONNECTIONS_PER_ADDRESS',
    schema: whole({ min: 1 }),
    doc: 'Maximum connections per IP address (IPv6: per /64) and process, except loopback. Defaults to 2000, or no limit with `TRUSTED_PROXIES`, because a proxy is one address.',
  }),
};
