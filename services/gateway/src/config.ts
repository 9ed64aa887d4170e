import {
  choice,
  field,
  milliseconds,
  number,
  portField,
  serverFields,
  serviceTokenFields,
  streamFields,
  text,
  versions,
  weights,
  whole,
  type Config,
} from '@facet/config';
import { builtInVersions } from '@facet/contracts';
import { admitFields } from './admit/admit-fields.ts';
import { cacheFields } from './cache/cache-fields.ts';
import { brownOutFields } from './pipeline/brown-out-fields.ts';
import { overloadFields } from './forward/overload-fields.ts';
import { tasksField } from './task-settings.ts';

export const gatewayFields = {
  port: portField(8080),
  ...serverFields,
  ...serviceTokenFields,
  ...streamFields,
  webDir: field({
    env: 'WEB_DIR',
    schema: text(),
    fallback: 'web/dist',
    doc: 'Folder of the built web pages (`web/`). If missing, `/` returns JSON to browsers as well.',
  }),
  tasks: tasksField,
  weights: field({
    env: 'AB_WEIGHTS',
    schema: weights(),
    doc: 'Share of each version in `/<task>/predict`, such as `v1=70,v2=20,v3=10`; by default the same for each.',
  }),
  weightsFile: field({
    env: 'AB_WEIGHTS_FILE',
    schema: text(),
    doc: 'JSON file of traffic weights, such as `{"digit":{"v1":80,"v2":20}}`, reloaded when it changes. Takes precedence over `AB_WEIGHTS` and `TASK_<TASK>_AB_WEIGHTS`.',
  }),
  modelVersions: field({
    env: 'MODEL_VERSIONS',
    schema: versions(),
    fallback: builtInVersions.join(','),
    doc: 'Default versions of the tasks behind the gateway.',
  }),
  workers: field({
    env: 'WORKERS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Number of gateway processes. 0 means one per CPU of the quota.',
  }),
  shadowShare: field({
    env: 'SHADOW_SHARE',
    schema: number({ min: 0, max: 1 }),
    fallback: '0',
    doc: 'Fraction of predictions sent to another version as shadow traffic, to measure how often the versions agree. Does not delay responses.',
  }),
  upstreamConnections: field({
    env: 'UPSTREAM_CONNECTIONS',
    schema: whole({ min: 1, max: 4096 }),
    fallback: '128',
    doc: 'Maximum connections to one pod, or to one service found by DNS.',
  }),
  connectTimeoutMs: field({
    env: 'UPSTREAM_CONNECT_TIMEOUT',
    schema: milliseconds({ min: 10 }),
    fallback: '1s',
    doc: 'Timeout for connecting to a service.',
  }),
  connectionMaxAgeMs: field({
    env: 'UPSTREAM_CONNECTION_MAX_AGE',
    schema: milliseconds({ min: 1000 }),
    fallback: '5m',
    doc: 'Maximum age of a connection to a service, reduced by up to 20 % random jitter. New connections resolve the name again, so this limits the use of stale DNS records.',
  }),
  upstreamHttpClient: field({
    env: 'UPSTREAM_HTTP_CLIENT',
    schema: choice(['own', 'node']),
    fallback: 'own',
    doc: 'HTTP client for requests to services: the built-in one (`own`), or that of Node.js (`node`), which uses about a third more CPU. Use `node` to rule out a fault in the built-in client.',
  }),
  discovery: field({
    env: 'DISCOVERY',
    schema: choice(['none', 'kubernetes']),
    fallback: 'none',
    doc: 'Service discovery: use the service URLs directly (`none`), or watch the EndpointSlices of the Services in the URLs and balance load over their pods (`kubernetes`).',
  }),
  namespace: field({ env: 'POD_NAMESPACE', schema: text(), doc: 'Default namespace of Services. Defaults to the namespace of the service account.' }),
  apiHost: field({ env: 'KUBERNETES_SERVICE_HOST', schema: text(), doc: 'Address of the API server; set by Kubernetes.' }),
  apiPort: field({ env: 'KUBERNETES_SERVICE_PORT', schema: whole({ min: 1, max: 65535 }), fallback: '443', doc: 'Port of the API server; set by Kubernetes.' }),
  kubeconfig: field({ env: 'KUBECONFIG', schema: text(), doc: 'Kubeconfig file, for a gateway that runs outside the cluster.' }),
  ...overloadFields,
  ...admitFields,
  ...cacheFields,
  ...brownOutFields,
};

export type GatewayConfig = Config<typeof gatewayFields>;
