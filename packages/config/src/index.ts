export { documentUrl, origins, redisUrl, serverUrl, url } from './addresses.ts';
export { cpuQuota } from './cpu-quota.ts';
export { leanEnv, leanFlags } from './lean.ts';
export { ConfigError, field, loadConfig, type Config, type Field, type Fields } from './load-config.ts';
export { bytes, choice, flag, json, list, milliseconds, number, sha256, text, weights, whole } from './values.ts';
export { parseRedisAddress } from './redis-address.ts';
export { portField, serverFields } from './server-fields.ts';
export { serviceTokenFields } from './service-token-fields.ts';
export { frameFields, streamFields } from './stream-fields.ts';
