import { globSync } from 'node:fs';
import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parse } from 'yaml';
import { builtInTasks, kindNames } from '../packages/contracts/src/index.ts';
import { chartValues } from './charts/chart-values.ts';
import { kindChart } from './charts/kind-chart.ts';
import { renderReadme } from './charts/readme.ts';
import { toolsOf } from './kinds/tools-of.ts';

const root = new URL('../', import.meta.url);
const locate = (path: string) => fileURLToPath(new URL(path, root));
const read = (path: string) => readFile(locate(path), 'utf8');
const check = process.argv.includes('--check');
let faults = 0;

/** Writes a file, or with `--check` says that it is not what it should be. */
async function put(path: string, isFresh: boolean, write: (path: string) => Promise<void>): Promise<void> {
  if (isFresh) return;
  if (check) {
    console.error(`${path} is stale: run 'npm run charts'`);
    faults += 1;
    return;
  }
  await mkdir(dirname(locate(path)), { recursive: true });
  await write(locate(path));
}

async function putText(path: string, content: string): Promise<void> {
  await put(path, (await read(path).catch(() => undefined)) === content, (at) => writeFile(at, content));
}
const names = Object.keys(chartValues) as (keyof typeof chartValues)[];
const { version } = JSON.parse(await read('package.json')) as { version: string };
const shared = await read('charts/common/values.yaml');

interface ChartFile {
  readonly description: string;
}

const groupsFromCommon = { suite: 'Suite (`global`)', workload: 'Every chart with pods', inference: 'Every inference service' };

async function readme(name: string, { description }: ChartFile): Promise<string> {
  const own = ['This chart', await read(`charts/${name}/values.yaml`)] as const;
  const from = (...keys: (keyof typeof groupsFromCommon)[]) => keys.map((key) => [groupsFromCommon[key], shared, ['exports', key]] as const);
  if (name === 'facet') {
    const parts = names.filter((part) => part !== 'facet').map((part) => `[${part}](../${part}/README.md)`);
    const intro = `\`helm install facet charts/facet\` installs the whole suite. Set the values of a subchart under its name (\`digit.replicas\`, \`detection.versions.v2.weight\`): ${parts.join(', ')}.`;
    return renderReadme({ name, description, intro, groups: [own, ...from('suite')] });
  }
  const intro = `Part of chart [facet](../facet/README.md); to install it separately: \`helm install ${name} charts/${name}\`.`;
  return renderReadme({ name, description, intro, groups: [own, ...from('workload'), ...(name === 'gateway' ? [] : from('inference')), ...from('suite')] });
}

// What the others are made from: the charts of the kinds, and the suite's list of them.
for (const kind of kindNames) {
  const { files: written, drafts, links } = await kindChart(kind, version);
  for (const [path, content] of Object.entries(written)) await putText(path, content);
  for (const [path, content] of Object.entries(drafts))
    await put(path, (await read(path).catch(() => undefined)) !== undefined, (at) => writeFile(at, content));
  for (const [path, target] of Object.entries(links)) await put(path, (await readlink(locate(path)).catch(() => '')) === target, (at) => symlink(target, at));
}
const suite = 'charts/facet/Chart.yaml';
const lastOfOthers = '    condition: gateway.enabled\n';
const [others = ''] = (await read(suite)).split(lastOfOthers);
await putText(suite, `${others}${lastOfOthers}${kindNames.map((kind) => `  - name: ${kind}\n    version: ${version}\n`).join('')}`);

// The version stands in package.json; everything else that states it follows.
for (const path of globSync('charts/*/Chart.yaml', { cwd: locate('.') }))
  await putText(path, (await read(path)).replaceAll(/^(\s*(?:version|appVersion): ).*$/gm, `$1${version}`));
for (const path of globSync(['{packages,services}/*/package.json', 'deploy/images/package.json', 'web/package.json'], { cwd: locate('.') }))
  await putText(path, (await read(path)).replace(/^( {2}"version": )".*"/m, `$1"${version}"`));
for (const path of globSync(['deploy/compose/compose.yaml', 'charts/*/tests/*.yaml', 'docs/guides/install.md', 'Dockerfile.base'], { cwd: locate('.') }))
  await putText(path, (await read(path)).replaceAll(/(facet-\w+:(?:\$\{FACET_VERSION:-)?)\d+\.\d+\.\d+/g, `$1${version}`));
const contracts = 'packages/contracts/src/index.ts';
await putText(contracts, (await read(contracts)).replace(/^(export const version = ').*'/m, `$1${version}'`));

const files = new Map<string, string>();
for (const name of [...names, 'common']) {
  const chart = parse(await read(`charts/${name}/Chart.yaml`)) as ChartFile;
  if (name !== 'common') files.set(`charts/${name}/README.md`, await readme(name, chart));
}
for (const name of names) {
  // Draft 7 is what every Helm 3 understands.
  const schema = z.toJSONSchema(chartValues[name], { target: 'draft-7', reused: 'ref' });
  files.set(`charts/${name}/values.schema.json`, `${JSON.stringify(schema, null, 1)}\n`);
}

/** What templates must know of the kinds. */
async function kindsTemplate(): Promise<string> {
  const examples = await Promise.all(kindNames.map(async (kind) => [kind, (await toolsOf(kind)).example] as const));
  const shown = Object.fromEntries(examples.map(([kind, { file, type }]) => [kind, { file, type }]));
  return `{{/* Written by \`npm run charts\`; do not edit. */}}

{{/* The tasks that every suite has, in the order in which they are shown. */}}
{{- define "facet.builtInTasks" -}}${builtInTasks.join(' ')}{{- end -}}

{{/* An input in the repository by kind, and its media type. */}}
{{- define "facet.examples" -}}
${JSON.stringify(shown)}
{{- end -}}
`;
}
files.set('charts/common/templates/_kinds.tpl', await kindsTemplate());

for (const [path, content] of files) await putText(path, content);
process.exit(faults === 0 ? 0 : 1);
