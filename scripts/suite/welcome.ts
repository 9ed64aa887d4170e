import type { Kind } from '../../packages/contracts/src/index.ts';
import type { DeclaredTask, Suite } from '../../services/all/src/suite.ts';
import { toolsOf } from '../kinds/tools-of.ts';

interface ModelInfo {
  readonly versions: Readonly<Record<string, { readonly name: string; readonly accuracy: { readonly metric: string; readonly value: number } | null }>>;
}

async function modelsOf(url: string): Promise<string> {
  const info = (await (await fetch(`${url}/model_info`)).json()) as ModelInfo;
  return Object.entries(info.versions)
    .map(([version, { name, accuracy }]) => `${version} ${name} (${accuracy ? `${accuracy.metric} ${accuracy.value.toFixed(3)}` : 'not measured'})`)
    .join(', ');
}

/** How to send the example of a kind. */
async function curlOf(url: string, kind: Kind): Promise<string> {
  const { file, type } = (await toolsOf(kind)).example;
  const body = type === 'application/json' ? `-H 'content-type: ${type}' -d @${file}` : `-F file=@${file}`;
  return `  curl ${url} ${body}`;
}

/** What to open and what to type, once everything is ready. */
export async function welcome(suite: Suite, tasks: readonly DeclaredTask[]): Promise<string> {
  const rows = await Promise.all(
    suite.names.map(async (name) => [
      name,
      String(suite.ports[name]),
      `${suite.url(name)}/docs`,
      name === 'gateway' ? 'routes to those below' : await modelsOf(suite.url(name)),
    ]),
  );
  const table = [['service', 'port', 'docs', 'models'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  const url = suite.url('gateway');
  const curls = await Promise.all(tasks.map(({ task, kind }) => curlOf(`${url}/${task}/predict`, kind)));
  return `
${lines.join('\n')}

Everything is ready. Open ${url} in a browser (the API: ${url}/docs), or try:

${curls.join('\n')}

Ctrl-C stops all.
`;
}
