import { catalogue, type ProblemCode } from '@facet/problem';
import type { Fields } from '@facet/config';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { kindNames, type Kind } from '../packages/contracts/src/index.ts';
import { pullFields } from '../packages/serving/src/index.ts';
import { gatewayFields } from '../services/gateway/src/config.ts';
import { taskFields } from '../services/gateway/src/task-settings.ts';

const note = '<!-- Written by `npm run docs`; do not edit. -->';

const services: Readonly<Record<string, Fields>> = {
  gateway: { ...gatewayFields, ...(taskFields({ prefix: 'TASK_<TASK>', isFirst: false }) as Fields) },
  ...Object.fromEntries(await Promise.all(kindNames.map(async (kind) => [kind, await fieldsOf(kind)] as const))),
};

/** The settings of a kind's service: `<kind>Fields` of its `config.ts`. */
async function fieldsOf(kind: Kind): Promise<Fields> {
  const module = (await import(`../services/${kind}/src/config.ts`)) as Readonly<Record<string, Fields>>;
  return module[`${kind}Fields`]!;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function settingRows(fields: Fields, names: readonly string[]): string {
  const rows = names.map((name) => fields[name]!).map(({ env, fallback, doc }) => row([`\`${env}\``, fallback === undefined ? '' : `\`${fallback}\``, doc]));
  return [row(['variable', 'default', 'description']), row(['---', '---', '---']), ...rows].join('\n');
}

function configurationPage(): string {
  const all = Object.values(services);
  const first = all[0]!;
  const sameEverywhere = (name: string) =>
    all.every((fields) => fields[name]?.env === first[name]?.env && fields[name]?.fallback === first[name]?.fallback && fields[name]?.doc === first[name]?.doc);
  const common = Object.keys(first).filter(sameEverywhere);
  const [model, ...others] = kindNames.map((kind) => services[kind]!) as [Fields, ...Fields[]];
  const isShared = (name: string, what: 'doc' | 'fallback') => others.every((fields) => fields[name]?.[what] === model[name]?.[what]);
  const inference = Object.keys(model).filter((name) => !common.includes(name) && isShared(name, 'doc') && isShared(name, 'fallback'));
  const own = Object.entries(services).map(([service, fields]) => {
    const rest = Object.keys(fields).filter((name) => !common.includes(name) && (service === 'gateway' || !inference.includes(name)));
    return `## ${service}\n\n${settingRows(fields, rest)}\n`;
  });
  return `${note}

# Configuration

Every setting is an environment variable. An invalid value prevents the start; one report lists all errors.

## All processes

${settingRows(first, common)}

## All inference services

${settingRows(model, inference)}

## pull-models (init container)

An init container runs \`node dist/main.js pull-models\` of the service's image: it downloads the models from a bucket and verifies each against its manifest. On failure it prints one line and exits non-zero.

${settingRows(pullFields, Object.keys(pullFields))}

${own.join('\n')}`;
}

function problemsPage(): string {
  const codes = (Object.keys(catalogue) as ProblemCode[]).toSorted((a, b) => catalogue[a].status - catalogue[b].status || a.localeCompare(b));
  const rows = codes.map((code) => row([`\`${code}\``, String(catalogue[code].status), catalogue[code].title, catalogue[code].advice]));
  return `${note}

# Problems

Errors are \`application/problem+json\` (RFC 9457): \`{type, title, status, detail, instance, code, errors?}\`. \`instance\` is the request id, which the log names too; \`errors\` lists each faulty field as \`{pointer, detail}\`.

${[row(['code', 'status', 'title', 'advice']), row(['---', '---', '---', '---']), ...rows].join('\n')}
`;
}

/** The examples of the OpenAPI document are those that the repo ships. */
async function exampleModule(): Promise<string> {
  const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
  const hand = JSON.parse(await readFile(at('examples/hand.json'), 'utf8')) as object;
  const digit = await readFile(at('models/digit/v1/golden/input.png'));
  return `// Written by \`npm run docs\` from examples/ and models/; do not edit.

/** A hand as the mean of many that show \`like\`, in shares of the frame. */
export const hand = ${JSON.stringify(hand, null, 1)};

/** A drawn digit: a PNG of 28x28 pixels. */
export const digitPngBase64 = '${digit.toString('base64')}';
`;
}

const pages: Readonly<Record<string, string>> = {
  'docs/reference/configuration.md': configurationPage(),
  'docs/reference/problems.md': problemsPage(),
  'packages/contracts/src/examples.ts': await exampleModule(),
};
const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (!check) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`${path} is stale: run 'npm run docs'`);
    stale += 1;
  }
}
process.exit(stale === 0 ? 0 : 1);
