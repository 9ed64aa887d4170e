import { z } from 'zod';
import { amount, block, flag, list, size, text, time, whole, words } from './block.ts';

/** Empty, or an address with one of these schemes. */
export function address(...schemes: readonly string[]) {
  const alternatives = schemes.map((scheme) => scheme.replace('+', '\\+')).join('|');
  return z.string().regex(new RegExp(`^$|^(${alternatives})://.+`));
}

export const redis = block({ url: address('redis', 'rediss', 'redis+sentinel'), existingSecret: text, key: text });
export const objectStore = block({ bucket: text, endpoint: address('http', 'https') });
export const awsCredentials = block({ accessKeyId: text, secretAccessKey: text, sessionToken: text, region: text, existingSecret: text });
export const logLevel = z.enum(['', 'trace', 'debug', 'info', 'warning', 'warn', 'error', 'critical', 'fatal']);
export const pullPolicy = z.enum(['', 'Always', 'IfNotPresent', 'Never']);
export const pullSecrets = z.array(z.strictObject({ name: text }));

const edgeGateway = block({
  create: flag,
  name: text,
  namespace: text,
  className: text,
  addresses: list,
  selector: words,
  tlsSecret: text,
  service: text,
});

const traffic = block({
  split: z.enum(['gateway', 'edge', 'mesh']),
  api: z.enum(['istio', 'gateway-api']),
  timeout: time(),
  retries: block({ attempts: whole(0, 10), retryOn: text }),
  edge: block({ enabled: flag, hosts: z.array(text), gateway: edgeGateway }),
});

/** `global`: shared with charts around this one, so that other keys are theirs; the maps in it are ours. */
export const globalValues = z.looseObject({
  suite: flag.optional(),
  image: block({ registry: text, tag: amount, pullPolicy, pullSecrets }).optional(),
  labels: words.optional(),
  redis: redis.optional(),
  objectStore: objectStore.optional(),
  awsCredentials: awsCredentials.optional(),
  /** By task. */
  bodyMaxBytes: z.record(z.string(), size).optional(),
  otlpEndpoint: address('http', 'https').optional(),
  logLevel: logLevel.optional(),
  serviceMonitors: flag.optional(),
  prometheus: block({ namespace: text, podLabels: words }).optional(),
  serviceToken: block({ existingSecret: text, key: text }).optional(),
  traffic: traffic.optional(),
});
