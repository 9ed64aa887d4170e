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
    doc: 'Folder of the built pages (`web/`); without it `/` answers with JSON to browsers too.',
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
    doc: 'JSON file of shares, such as `{"digit":{"v1":80,"v2":20}}`, read again when it changes; what it names goes before `AB_WEIGHTS` and `TASK_<TASK>_AB_WEIGHTS`.',
  }),
  modelVersions: field({
    env: 'MODEL_VERSIONS',
    schema: versions(),
    fallback: builtInVersions.join(','),
    doc: 'Versions that the services behind the gateway serve, where a task does not say its own.',
  }),
  workers: field({
    env: 'WORKERS',
    schema: whole({ min: 0, max: 256 }),
    fallback: '0',
    doc: 'Processes of the gateway; 0 takes one for each CPU of the quota.',
  }),
  shadowShare: field({
    env: 'SHADOW_SHARE',
    schema: number({ min: 0, max: 1 }),
    fallback: '0',
    doc: 'Share of predictions that another version is asked for as well, off the path of the request, to see how often the two agree.',
  }),
  upstreamConnections: field({
    env: 'UPSTREAM_CONNECTIONS',
    schema: whole({ min: 1, max: 4096 }),
    fallback: '128',
    doc: 'Most connections to one pod, or to one service found by name.',
  }),
  connectTimeoutMs: field({
    env: 'UPSTREAM_CONNECT_TIMEOUT',
    schema: milliseconds({ min: 10 }),
    fallback: '1s',
    doc: 'Time for a connection to a service to open.',
  }),
  connectionMaxAgeMs: field({
    env: 'UPSTREAM_CONNECTION_MAX_AGE',
    schema: milliseconds({ min: 1000 }),
    fallback: '5m',
    doc: 'Longest time for which a connection to a service takes requests, less a random part of up to a fifth. New connections resolve the name again, so this bounds how long requests follow an old DNS record.',
  }),
  upstreamHttpClient: field({
    env: 'UPSTREAM_HTTP_CLIENT',
    schema: choice(['own', 'node']),
    fallback: 'own',
    doc: "HTTP client for requests to services: the gateway's own, or Node's (`node`), which costs about a third more CPU. Use `node` while a fault in the gateway's own client is suspected.",
  }),
  discovery: field({
    env: 'DISCOVERY',
    schema: choice(['none', 'kubernetes']),
    fallback: 'none',
    doc: 'Ask services by their URLs (`none`), or watch the EndpointSlices of the Services that the URLs name and ask their pods (`kubernetes`).',
  }),
  namespace: field({ env: 'POD_NAMESPACE', schema: text(), doc: 'Namespace of Services that are named without one; by default that of the service account.' }),
  apiHost: field({ env: 'KUBERNETES_SERVICE_HOST', schema: text(), doc: 'Address of the API server; set by Kubernetes.' }),
  apiPort: field({ env: 'KUBERNETES_SERVICE_PORT', schema: whole({ min: 1, max: 65535 }), fallback: '443', doc: 'Its port; set by Kubernetes.' }),
  kubeconfig: field({ env: 'KUBECONFIG', schema: text(), doc: 'Reach the API server as this file says, for a gateway that watches a cluster from outside.' }),
  ...overloadFields,
  ...admitFields,
  ...cacheFields,
  ...brownOutFields,
};

export type GatewayConfig = Config<typeof gatewayFields>;
