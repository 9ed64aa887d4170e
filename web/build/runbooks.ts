import { Marked } from 'marked';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const root = join(import.meta.dirname, '..');
const folder = join(root, '..', 'monitoring', 'runbooks');

/** Where each page would lie if it were a file, and the Markdown that it is made of; README lists the others. */
const sources = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => [join(root, file === 'README.md' ? 'runbooks.html' : join('runbooks', file.replace(/\.md$/, '.html'))), file]),
);

/** The pages that `runbooks` makes, for the list of those to build. */
export const runbookPages: readonly string[] = [...sources.keys()];

/** Makes a page of each runbook, so that an alert's `runbook_url` opens wherever the gateway is reached, in a closed network too. */
export function runbooks(): Plugin {
  return {
    name: 'runbooks',
    enforce: 'pre',
    resolveId: (id) => (sources.has(id) ? id : undefined),
    load: (id) => (sources.has(id) ? page(sources.get(id)!) : undefined),
  };
}

async function page(file: string): Promise<string> {
  const isList = file === 'README.md';
  const markdown = readFileSync(join(folder, file), 'utf8');
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? file;
  const marked = new Marked({
    walkTokens(token) {
      // On a page the others are found by their names alone.
      if (token.type === 'link') token.href = String(token.href).replace(/^(\w+)\.md$/, isList ? 'runbooks/$1' : '$1');
    },
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <!-- head -->
    <title>${title}</title>
    <link rel="stylesheet" href="${isList ? '.' : '..'}/src/runbooks/runbooks.css" />
  </head>
  <body>
    <!-- header -->
    <main id="main">
      <article class="runbook">${reachable(await marked.parse(markdown))}${isList ? '' : '<p><a href="../runbooks">All runbooks</a></p>'}</article>
    </main>
    <!-- footer -->
  </body>
</html>
`;
}

/** What may scroll to the side can be reached and scrolled by keys. */
function reachable(html: string): string {
  return html.replaceAll('<pre>', '<pre tabindex="0">');
}
