import { openapiDocument, type DocumentOptions } from '@facet/contracts';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { acceptedEncoding } from './compress.ts';
import type { Reply } from './reply.ts';
import type { RequestContext } from './request-context.ts';

const resolveFrom = createRequire(import.meta.url);

/** Where a file of a package lies. Container images carry it packed, for a page that few ask for. */
function fileOf(name: string, ...path: readonly string[]): string {
  return join(dirname(resolveFrom.resolve(`${name}/package.json`)), ...path);
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A file as gzip: as it lies there, or packed. */
async function packedFile(file: string): Promise<Buffer> {
  return existsSync(`${file}.gz`) ? readFile(`${file}.gz`) : pack(await readFile(file));
}

interface Asset {
  readonly type: string;
  /** Its content, as gzip. */
  readonly packed: () => Promise<Buffer>;
}

const script = 'text/javascript; charset=utf-8';

/** The pages' files by path below `/docs` and `/redoc`, read when first asked for: most pods are never asked. */
const assets: Readonly<Record<string, Asset>> = {
  '/docs/assets/swagger-ui.css': { type: 'text/css; charset=utf-8', packed: () => packedFile(fileOf('swagger-ui-dist', 'swagger-ui.css')) },
  '/docs/assets/swagger-ui-bundle.js': { type: script, packed: () => packedFile(fileOf('swagger-ui-dist', 'swagger-ui-bundle.js')) },
  '/docs/assets/favicon.png': { type: 'image/png', packed: () => packedFile(fileOf('swagger-ui-dist', 'favicon-32x32.png')) },
  '/docs/assets/start.js': {
    type: script,
    packed: () => pack("SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, tryItOutEnabled: true });\n"),
  },
  // The bundle shows a logo from its maker's server; nothing here leaves the host.
  '/redoc/assets/redoc.js': {
    type: script,
    packed: async () => {
      const bundle = (await unpack(await packedFile(fileOf('redoc', 'bundles', 'redoc.standalone.js')))).toString('utf8');
      return pack(bundle.replaceAll(/https:\/\/cdn\.redoc\.ly\/[\w/.-]+/g, 'data:image/gif;base64,R0lGODlhAQABAAAAACw='));
    },
  },
  '/redoc/assets/start.js': {
    type: script,
    packed: () => pack("Redoc.init('openapi.json', { disableSearch: true, hideDownloadButton: false }, document.getElementById('docs'));\n"),
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

/** Answers with what is packed once: as it is for who takes gzip, unpacked for the few who do not. */
function servePacked(packed: () => Promise<Buffer>, reply: Omit<Reply, 'body'>): Handler {
  let loading: Promise<Buffer> | undefined;
  return async ({ request }) => {
    const bytes = await (loading ??= packed());
    const headers = { ...reply.headers, vary: 'accept-encoding' };
    return acceptedEncoding(request.headers['accept-encoding'], gzipAlone) === undefined
      ? { ...reply, body: await unpack(bytes), headers }
      : { ...reply, body: bytes, headers: { ...headers, 'content-encoding': 'gzip' } };
  };
}

type Handler = (context: Pick<RequestContext, 'request'>) => Reply | Promise<Reply>;

const gzipAlone = ['gzip'] as const;

/** The document and the pages of an API, by path. All of it works offline, and behind any prefix since its links are relative. */
export function describeApi(options: DocumentOptions): Readonly<Record<string, Handler>> {
  const document = JSON.stringify(openapiDocument(options));
  const files = Object.entries(assets).map(([path, { type, packed }]) => [
    path,
    servePacked(packed, { type, headers: { 'cache-control': 'public, max-age=86400' } }),
  ]);
  return {
    '/openapi.json': servePacked(() => pack(document), { type: 'application/json' }),
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
