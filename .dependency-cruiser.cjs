/** Who may import whom. Packages lie in layers; an arrow may only point to a lower one. */
const layers = [
  ['problem', 'math'],
  ['contracts', 'config', 'object-store', 'redis', 'ipc'],
  ['experiment'],
  ['telemetry', 'drift', 'capture', 'audit'],
  ['imaging', 'inference'],
  ['http'],
  ['serving'],
];

/** The folders of packages/serving lie in layers too, below the files in which they come together. */
const serving = 'packages/serving/src';
const servingLayers = [['settings'], ['task', 'transfer'], ['frames', 'observe'], ['plane'], ['rest'], ['oip', 'websocket', 'samples']];

/** One rule a layer: nothing in it imports from the layers above. */
function upwards(prefix, parent, all) {
  return all.slice(0, -1).map((names, index) => ({
    name: `${prefix}-${all[index + 1][0]}`,
    comment: `${names.join(', ')} must not know of what is built on them`,
    severity: 'error',
    from: { path: `^${parent}/(${names.join('|')})/` },
    to: {
      path: `^${parent}/(${all
        .slice(index + 1)
        .flat()
        .join('|')})/`,
    },
  }));
}

const tests = '\\.test\\.ts$|/test/|^packages/testkit/';

/** A library that only some places may import. */
function only(library, places, comment) {
  return {
    name: `${library.replaceAll(/\W+/g, '-')}-in-its-place`,
    comment,
    severity: 'error',
    from: { path: '^(packages|services)/', pathNot: [...places.map((place) => `^${place}/`), tests] },
    to: { path: `(^|/)node_modules/${library}(/|$)` },
  };
}

module.exports = {
  forbidden: [
    ...upwards('below', 'packages', layers),
    ...upwards('serving-below', serving, servingLayers),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-services-from-packages', severity: 'error', from: { path: '^packages/' }, to: { path: '^services/' } },
    { name: 'no-service-from-another', severity: 'error', from: { path: '^services/([^/]+)/' }, to: { path: '^services/', pathNot: '^services/$1/' } },
    {
      name: 'models-know-no-http',
      comment: 'imaging and inference serve any front',
      severity: 'error',
      from: { path: '^packages/(imaging|inference)/' },
      to: { path: '^packages/(http|serving)/' },
    },
    {
      name: 'serving-folders-below-its-root',
      comment: 'the files of the root bring the folders together',
      severity: 'error',
      from: { path: `^${serving}/[^/]+/` },
      to: { path: `^${serving}/[^/]+$` },
    },
    {
      name: 'plane-knows-no-http',
      comment: 'kinds, tasks and the data plane serve any protocol, also through what they import',
      severity: 'error',
      from: { path: `^${serving}/(settings|task|frames|observe|plane)/|^services/(?!gateway/|all/)[^/]+/src/[^/]+/`, pathNot: tests },
      to: { path: '^packages/http/|(^|/)node_modules/(express|ws)(/|$)|^(node:)?https?$', reachable: true },
    },
    { name: 'gateway-loads-no-model', severity: 'error', from: { path: '^services/gateway/' }, to: { path: '^packages/(inference|imaging|serving)/' } },
    {
      name: 'client-runs-in-browsers',
      comment: 'nothing of Node, and of the suite only types',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: tests },
      to: { pathNot: '^packages/client/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-testkit-in-products', severity: 'error', from: { path: '^(packages|services)/', pathNot: tests }, to: { path: '^packages/testkit/' } },
    only('onnxruntime-node', ['packages/inference'], 'sessions have one home'),
    only('sharp', ['packages/imaging'], 'pixels have one home'),
    only('@julusian/jpeg-turbo', ['packages/imaging'], 'pixels have one home'),
    only('express', ['packages/http'], 'the shell alone knows the framework'),
    only('@aws-sdk/client-s3', ['packages/object-store'], 'buckets have one home'),
    only('ioredis', ['packages/redis'], 'Redis has one home'),
    only('jose', ['services/gateway/src/identify'], 'tokens are read at the door'),
    only('undici', ['services/gateway/src/discover'], "services are asked over connections of the gateway's own, the API server of a cluster with a library"),
    only('@kubernetes/client-node', ['services/gateway/src/discover'], 'the cluster is known in one place'),
    only('ws', ['packages/http', 'services/gateway/src/stream'], 'the shell accepts WebSockets, the gateway passes them on'),
    {
      name: 'web-takes-types-only',
      comment: 'what runs in a browser comes with the page: the client; of the other packages it knows the shapes',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(packages|services)/', pathNot: '^packages/client/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'nothing-imports-web', severity: 'error', from: { path: '^(packages|services|scripts)/' }, to: { path: '^web/' } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(\\.|bun:)' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What our own compiler wrote. Not every 'dist': the entries of many libraries lie in a folder of that name.
    exclude: { path: '^(packages|services|deploy|web)/[^/]+/dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
