import { documentUrl, field, flag, headerNames, number, origins, redisUrl, text, whole } from '@facet/config';

/** Who may ask the gateway, and how much. All of it is off unless it is set. */
export const admitFields = {
  apiKeysFile: field({
    env: 'API_KEYS_FILE',
    schema: text(),
    doc: 'JSON file of API keys, as `npm run keys` writes it, read again when it changes; with it, callers must name themselves.',
  }),
  jwksUrl: field({
    env: 'JWT_JWKS_URL',
    schema: documentUrl(),
    doc: 'Published keys (JWKS) of an identity provider, whose access tokens are then accepted too; https, or http on this machine. `JWT_ISSUER` and `JWT_AUDIENCE` are required with it.',
  }),
  jwksAllowHttp: field({
    env: 'JWT_JWKS_ALLOW_HTTP',
    schema: flag(),
    fallback: 'false',
    doc: 'Fetch `JWT_JWKS_URL` over plain http from other machines too. An attacker on that network can then forge tokens.',
  }),
  jwtIssuer: field({ env: 'JWT_ISSUER', schema: text(), doc: 'Issuer that tokens must name; `any` accepts every issuer.' }),
  jwtAudience: field({ env: 'JWT_AUDIENCE', schema: text(), doc: 'Audience that tokens must name; `any` accepts tokens for every API.' }),
  jwtScopeClaim: field({
    env: 'JWT_SCOPE_CLAIM',
    schema: text(),
    fallback: 'scope',
    doc: 'Claim that lists the scopes of a token: `gesture`, `digit`, `detection`, `*`, `admin`, perhaps behind `facet:`.',
  }),
  jwtRatePerSecond: field({ env: 'JWT_RATE_LIMIT', schema: number({ min: 0.01 }), doc: 'Requests a second of each caller with a token.' }),
  jwtConcurrency: field({ env: 'JWT_CONCURRENCY', schema: whole({ min: 1 }), doc: 'Requests under way at once of each caller with a token.' }),
  addressRatePerSecond: field({
    env: 'ADDRESS_RATE_LIMIT',
    schema: number({ min: 0.01 }),
    doc: 'Requests a second from one address (IPv6: one /64) that name no known caller.',
  }),
  addressBurst: field({ env: 'ADDRESS_BURST', schema: whole({ min: 1 }), doc: 'How many of them may come at once; by default a second’s worth.' }),
  trustedProxies: field({
    env: 'TRUSTED_PROXIES',
    schema: whole({ min: 0, max: 16 }),
    fallback: '0',
    doc: 'Proxies in front of the gateway that add to `x-forwarded-for`; the address that counts is the one which the first of them saw.',
  }),
  corsOrigins: field({
    env: 'CORS_ORIGINS',
    schema: origins(),
    doc: 'Origins whose pages may read the answers, such as `https://app.example.org`; `*` lets all.',
  }),
  corsHeaders: field({
    env: 'CORS_HEADERS',
    schema: headerNames(),
    doc: 'Request headers that pages of those origins may send besides the ones that the API reads, divided by commas, such as `x-app-version`.',
  }),
  redisUrl: field({
    env: 'REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Redis in which replicas share limits, quotas and cached predictions: `redis://host:6379`, with TLS `rediss://…`, with Sentinel `redis+sentinel://host:26379,host:26379/name`; Redis Cluster is refused. Without it each pod has its own.',
  }),
  streamMaxPerCaller: field({
    env: 'STREAM_MAX_PER_CALLER',
    schema: whole({ min: 1 }),
    doc: 'WebSockets that one process keeps open for one caller with a key or token; by default a quarter of `STREAM_MAX_CONNECTIONS`.',
  }),
  streamMaxPerAddress: field({
    env: 'STREAM_MAX_PER_ADDRESS',
    schema: whole({ min: 1 }),
    doc: 'The same for one address (IPv6: one /64) without a known caller. Behind a proxy set `TRUSTED_PROXIES`, or all clients are one address.',
  }),
  maxConnections: field({
    env: 'MAX_CONNECTIONS',
    schema: whole({ min: 1 }),
    fallback: '10000',
    doc: 'Connections that one process holds; further ones are closed at once.',
  }),
  maxConnectionsPerAddress: field({
    env: 'MAX_CONNECTIONS_PER_ADDRESS',
    schema: whole({ min: 1 }),
    doc: 'Connections that one process holds from one address (IPv6: one /64), the loopback left out; by default 2000, and with `TRUSTED_PROXIES` no limit, for a proxy is one address.',
  }),
};
