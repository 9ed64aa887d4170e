import { versionPattern } from '@facet/config';
import { z } from 'zod';
import { builtInTasks, kindNames, kinds, taskName, type Kind, type TaskContract } from '../../packages/contracts/src/index.ts';
import { amount, anything, block, flag, list, rate, text, time, whole, words } from './block.ts';
import { address, globalValues, redis } from './global-values.ts';
import { podValues, workloadValues } from './workload-values.ts';

const model = block({
  source: z.enum(['image', 'pvc', 's3']),
  sha256: z.string().regex(/^$|^[0-9a-f]{64}$/),
  pvc: block({
    existingClaim: text,
    create: flag,
    size: text,
    storageClassName: text,
    accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'])),
    subPath: text,
    keep: flag,
  }),
  s3: block({ url: address('s3'), endpoint: address('http', 'https'), region: text }),
  sizeLimit: text,
});

const gpu = block({
  enabled: flag,
  resource: text,
  count: whole(1, 64),
  providers: z.array(z.enum(['cpu', 'cuda', 'tensorrt'])).min(1),
  imageSuffix: text,
  nodeSelector: words,
  tolerations: list,
});

const modelValues = { model, gpu, uncertaintyThreshold: z.union([z.literal(''), z.number().min(0).max(1), z.string().regex(/^(0(\.\d+)?|1)$/)]) };
const share = { weight: whole(0, 1000), mirror: whole(0, 100) };
/** A version may be told anew whatever its service was told. */
const versionName = z.string().regex(versionPattern);
const version = block({ enabled: flag, ...share, ...podValues, ...modelValues });
/** Beside its own values a chart sees those of the library that it imports, and the switch of chart facet. */
const around = { global: globalValues, common: anything, enabled: flag };

const inference = { ...around, ...workloadValues, ...modelValues, ensemble: flag, versions: z.record(versionName, version), task: text };
const kind = z.enum(kindNames);
const upstream = block({
  url: address('http', 'https'),
  kind,
  title: text,
  description: text,
  versions: z.record(versionName, block({ url: address('http', 'https'), ...share })),
});
const part = z.looseObject({ enabled: flag.optional() });

function ofKinds<T>(valueOf: (contract: TaskContract) => T): Readonly<Record<Kind, T>> {
  return Object.fromEntries(kindNames.map((name) => [name, valueOf(kinds[name])])) as Record<Kind, T>;
}

/** The values that each chart takes; its values.schema.json is made of these. */
export const chartValues = {
  ...ofKinds((contract) => block({ ...inference, ...contract.chartValues })),
  gateway: block({
    ...around,
    ...workloadValues,
    discovery: block({ enabled: flag }),
    apiKeys: block({ existingSecret: text, key: text }),
    jwt: block({
      jwksUrl: address('http', 'https'),
      allowHttp: flag,
      issuer: text,
      audience: text,
      scopeClaim: text,
      ratePerSecond: rate,
      concurrency: whole(0),
    }),
    addressLimit: block({ ratePerSecond: rate, burst: whole(0) }),
    trustedProxies: whole(0, 16),
    allowedHosts: z.array(z.string().regex(/^[A-Za-z0-9.-]+$/)),
    cors: block({ origins: z.array(z.string().regex(/^(?:\*|https?:\/\/[^\s,/]+)$/)), headers: z.array(z.string().regex(/^[A-Za-z0-9-]+$/)) }),
    cache: block({ store: z.enum(['', 'memory', 'redis']), ttl: time(), maxBytes: amount, perKey: flag, redis }),
    connections: block({ max: whole(0), maxPerAddress: whole(0), streamsPerCaller: whole(0), streamsPerAddress: whole(0) }),
    upstreamClient: block({ implementation: z.enum(['', 'own', 'node']), connectionMaxAge: z.union([z.literal(''), time()]) }),
    overload: block({ enabled: flag, latency: time(), min: whole(1, 65_536), max: whole(1, 65_536) }),
    breaker: block({ failures: whole(0), open: time() }),
    hedgeQuantile: z.number().min(0).max(0.999),
    brownOut: block({ ways: z.array(z.enum(['stale', 'version'])), version: versionName, stale: time() }),
    upstreams: z.record(taskName, upstream),
  }),
  // What a part takes is said by that part's own schema, which Helm holds it to as well.
  facet: block({
    global: globalValues,
    common: anything,
    gateway: part,
    // Of a kind without a task that every suite has, only entries of `tasks` are made.
    ...ofKinds(({ task }) => (builtInTasks.some((name) => name === task) ? part : z.looseObject({ enabled: z.literal(false).optional() }))),
    // Without a value where `--set tasks.helmets=null` takes an entry away.
    tasks: z.record(taskName, z.looseObject({ kind, title: text.optional(), description: text.optional() }).nullable()),
    prometheusRule: block({ enabled: flag, labels: words, runbookBaseUrl: address('http', 'https') }),
    dashboards: block({ enabled: flag, labels: words, annotations: words }),
    meshPolicies: block({ enabled: flag, principals: z.array(text) }),
  }),
};
