import { openapiDocument, type DocumentOptions } from '@facet/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Reply } from './reply.ts';

const resolveFrom = createRequire(import.meta.url);

/** A file of a package. Container images carry them packed, for a page that few ask for. */
function fileOf(name: string, ...path: readonly string[]): Buffer {
  const file = join(dirname(resolveFrom.resolve(`${name}/package.json`)), ...path);
  return existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
}

interface Asset {
  readonly type: string;
  readonly read: () => string | Buffer;
}

const script = 'text/javascript; charset=utf-8';

/** The pages' files by path below `/docs` and `/redoc`, read when first asked for: most pods are never asked. */
const assets: Readonly<Record<string, Asset>> = {
  '/docs/assets/swagger-ui.css': { type: 'text/css; charset=utf-8', read: () => fileOf('swagger-ui-dist', 'swagger-ui.css') },
  '/docs/assets/swagger-ui-bundle.js': { type: script, read: () => fileOf('swagger-ui-dist', 'swagger-ui-bundle.js') },
  '/docs/assets/favicon.png': { type: 'image/png', read: () => fileOf('swagger-ui-dist', 'favicon-32x32.png') },
  '/docs/assets/start.js': {
    type: script,
    read: () => "SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, tryItOutEnabled: true });\n",
  },
  // The bundle shows a logo from its maker's server; nothing here leaves the host.
  '/redoc/assets/redoc.js': {
    type: script,
    read: () =>
      fileOf('redoc', 'bundles', 'redoc.standalone.js')
        .toString('utf8')
        .replaceAll(/https:\/\/cdn\.redoc\.ly\/[\w/.-]+/g, 'data:image/gif;base64,R0lGODlhAQABAAAAACw='),
  },
  '/redoc/assets/start.js': {
    type: script,
    read: () => "Redoc.init('openapi.json', { disableSearch: true, hideDownloadButton: false }, document.getElementById('docs'));\n",
  },
};

/** The paths of {@link describeApi}: those of pages, and those of files. */
export const apiPages: readonly string[] = ['/docs', '/redoc'];
export const apiFiles: readonly string[] = ['/openapi.json', ...Object.keys(assets)];

const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src blob:; object-src 'none'";

function page(title: string, head: string, body: string): Reply {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="docs/assets/favicon.png">
${head}
</head>
<body>
<div id="docs"></div>
${body}
</body>
</html>
`;
  return { body: html, type: 'text/html; charset=utf-8', headers: { 'content-security-policy': policy } };
}

/** The document and the pages of an API, by path. All of it works offline, and behind any prefix since its links are relative. */
export function describeApi(options: DocumentOptions): Readonly<Record<string, () => Reply>> {
  const document = JSON.stringify(openapiDocument(options));
  const loaded = new Map<string, string | Buffer>();
  const files = Object.entries(assets).map(([path, { type, read }]) => [
    path,
    (): Reply => {
      const body = loaded.get(path) ?? read();
      loaded.set(path, body);
      return { body, type, headers: { 'cache-control': 'public, max-age=86400' } };
    },
  ]);
  return {
    '/openapi.json': () => ({ body: document, type: 'application/json' }),
    '/docs': () =>
      page(
        options.title,
        '<link rel="stylesheet" href="docs/assets/swagger-ui.css">',
        '<script src="docs/assets/swagger-ui-bundle.js"></script>\n<script src="docs/assets/start.js"></script>',
      ),
    '/redoc': () =>
      page(options.title, '<style>body { margin: 0 }</style>', '<script src="redoc/assets/redoc.js"></script>\n<script src="redoc/assets/start.js"></script>'),
    ...Object.fromEntries(files),
  };
}
