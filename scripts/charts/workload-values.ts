import { z } from 'zod';
import { amount, anything, block, flag, list, size, text, time, whole, words } from './block.ts';
import { address, awsCredentials, logLevel, objectStore, pullPolicy, pullSecrets, redis } from './global-values.ts';

const probe = block({ periodSeconds: whole(1), timeoutSeconds: whole(1), failureThreshold: whole(1), successThreshold: whole(1) });

const autoscaling = block({
  enabled: flag,
  engine: z.enum(['hpa', 'keda']),
  minReplicas: whole(1),
  maxReplicas: whole(1),
  cpu: z.string().regex(/^$|^\d+(\.\d+)?m?$/),
  queueDepth: whole(0),
  inFlight: whole(0),
  behavior: anything,
  keda: block({
    serverAddress: address('http', 'https'),
    pollingInterval: whole(1),
    fallback: block({
      failureThreshold: whole(1),
      replicas: whole(0),
      behavior: z.enum(['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower']),
    }),
  }),
});

/** What each Deployment can be told, a version's like a service's. */
export const podValues = {
  replicas: whole(0, 1000),
  revisionHistoryLimit: whole(0),
  strategy: block({ maxUnavailable: amount, maxSurge: amount }),
  drain: block({ delaySeconds: whole(0), timeoutSeconds: whole(0) }),
  terminationGracePeriodSeconds: whole(0),
  image: block({ registry: text, repository: text, tag: amount, digest: z.string().regex(/^$|^sha256:[0-9a-f]{64}$/), pullPolicy, pullSecrets }),
  resources: block({ requests: z.record(z.string(), amount), limits: z.record(z.string(), amount), claims: list }),
  logLevel,
  extraEnv: list,
  extraEnvFrom: list,
  extraVolumes: list,
  extraVolumeMounts: list,
  podAnnotations: words,
  podLabels: words,
  annotations: words,
  nodeSelector: words,
  tolerations: list,
  affinity: anything,
  topologySpread: flag,
  priorityClassName: text,
  runtimeClassName: text,
  podSecurityContext: anything,
  securityContext: anything,
  probes: block({ startupSeconds: whole(1), live: probe, ready: probe }),
  podDisruptionBudget: block({ enabled: flag, minAvailable: amount, maxUnavailable: amount }),
  autoscaling,
  workers: whole(0, 256),
};

/** What a service can be told once, for all its Deployments. */
export const workloadValues = {
  ...podValues,
  nameOverride: text,
  fullnameOverride: text,
  otlpEndpoint: address('http', 'https'),
  redis,
  objectStore,
  awsCredentials,
  host: text,
  operations: block({ enabled: flag, port: whole(1024, 65_535) }),
  limits: block({
    bodyMaxBytes: size,
    oipBodyMaxBytes: size,
    bodyBudgetBytes: size,
    headersMaxBytes: size,
    halfClosedTimeout: z.union([z.literal(''), time()]),
  }),
  service: block({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
    port: whole(1, 65_535),
    annotations: words,
    ipFamilyPolicy: z.enum(['', 'SingleStack', 'PreferDualStack', 'RequireDualStack']),
    ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).max(2),
  }),
  serviceAccount: block({ create: flag, name: text, annotations: words }),
  networkPolicy: block({ enabled: flag, from: list, operationsFrom: list, restrictEgress: flag, egress: list }),
  ingress: block({
    enabled: flag,
    className: text,
    annotations: words,
    hosts: z.array(text),
    path: z.string().regex(/^\//),
    pathType: z.enum(['Prefix', 'Exact', 'ImplementationSpecific']),
    tls: list,
  }),
  serviceMonitor: block({ enabled: flag, interval: time(), labels: words }),
};
