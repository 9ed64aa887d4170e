import {
  choice,
  field,
  list,
  milliseconds,
  number,
  portField,
  serverFields,
  serverUrl,
  serviceTokenFields,
  streamFields,
  taskBodyField,
  text,
  weights,
  whole,
  type Config,
} from '@facet/config';
import { admitFields } from './admit/admit-fields.ts';
import { cacheFields } from './cache/cache-fields.ts';
import { brownOutFields } from './forward/brown-out-fields.ts';
import { gateFields } from './forward/gate-fields.ts';

const upstream = (task: string, port: number) => ({
  url: field({ env: `${task}_URL`, schema: serverUrl(), fallback: `http://127.0.0.1:${port}`, doc: `Where the ${task.toLowerCase()} service answers.` }),
  v1: field({ env: `${task}_V1_URL`, schema: serverUrl(), doc: `Where its v1 answers, when versions run apart; by default \`${task}_URL\`.` }),
  v2: field({ env: `${task}_V2_URL`, schema: serverUrl(), doc: 'The same for v2.' }),
  weights: field({
    env: `${task}_AB_WEIGHTS`,
    schema: weights(),
    doc: `Share of each version in \`/${task.toLowerCase()}/predict\`; by default \`AB_WEIGHTS\`.`,
  }),
  bodyMaxBytes: taskBodyField(task),
});

const gesture = upstream('GESTURE', 8081);
const digit = upstream('DIGIT', 8082);
const detection = upstream('DETECTION', 8083);

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
  gestureUrl: gesture.url,
  gestureV1Url: gesture.v1,
  gestureV2Url: gesture.v2,
  gestureWeights: gesture.weights,
  gestureBodyMaxBytes: gesture.bodyMaxBytes,
  digitUrl: digit.url,
  digitV1Url: digit.v1,
  digitV2Url: digit.v2,
  digitWeights: digit.weights,
  digitBodyMaxBytes: digit.bodyMaxBytes,
  detectionUrl: detection.url,
  detectionV1Url: detection.v1,
  detectionV2Url: detection.v2,
  detectionWeights: detection.weights,
  detectionBodyMaxBytes: detection.bodyMaxBytes,
  weights: field({ env: 'AB_WEIGHTS', schema: weights(), fallback: 'v1=50,v2=50', doc: 'Share of each version in `/<task>/predict`.' }),
  weightsFile: field({
    env: 'AB_WEIGHTS_FILE',
    schema: text(),
    doc: 'JSON file of shares, such as `{"digit":{"v1":80,"v2":20}}`, read again when it changes; what it names goes before `AB_WEIGHTS` and `<TASK>_AB_WEIGHTS`.',
  }),
  modelVersions: field({ env: 'MODEL_VERSIONS', schema: list(['v1', 'v2']), fallback: 'v1,v2', doc: 'Versions that the services behind the gateway serve.' }),
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
  ...gateFields,
  ...admitFields,
  ...cacheFields,
  ...brownOutFields,
};

export type GatewayConfig = Config<typeof gatewayFields>;

/** One service behind the gateway, as the configuration describes it. */
export interface UpstreamSettings {
  readonly task: string;
  readonly url: string;
  /** Where a version answers, for those that run apart. */
  readonly versionUrls: Readonly<Record<string, string>>;
  readonly weights: Readonly<Record<string, number>>;
  /** Largest body of its predictions, where that is configured. */
  readonly bodyMaxBytes: number | undefined;
}

/** The services behind the gateway, in the order in which they are shown. */
export function upstreamSettings(config: GatewayConfig): UpstreamSettings[] {
  const settings = (task: 'gesture' | 'digit' | 'detection'): UpstreamSettings => {
    const [v1, v2] = [config[`${task}V1Url`], config[`${task}V2Url`]];
    return {
      task,
      url: config[`${task}Url`],
      versionUrls: { ...(v1 && { v1 }), ...(v2 && { v2 }) },
      weights: config[`${task}Weights`] ?? config.weights,
      bodyMaxBytes: config[`${task}BodyMaxBytes`],
    };
  };
  return [settings('gesture'), settings('digit'), settings('detection')];
}
