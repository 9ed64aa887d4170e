import { mergeVary, type Reply, type RequestContext, type Shell } from '@facet/http';
import { Problem } from '@facet/problem';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import type { Site, SiteFile } from './load-site.ts';

/** Pages ask only this host; the hand model runs as WebAssembly, and pictures of the camera are blobs. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': policy,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** A built page into which something is put before it is sent. */
export interface PageFrame {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const statusPath = '/status.html';

/** The page of the status, which is filled anew for each who asks; undefined where no site was built. */
export function statusFrame(site: Site): PageFrame | undefined {
  const held = site.get(statusPath)?.plain.held;
  return held && { html: held.toString('utf8'), headers: pageHeaders };
}

/**
 * Serves the built site: each page by its name, and what pages are made of below `/assets`.
 *
 * @returns what answers `/`: the first page for who accepts HTML, undefined for the rest
 */
export function serveSite(shell: Shell, site: Site): (context: RequestContext) => Promise<Reply | undefined> | undefined {
  const pages = [...site].filter(([path]) => path.endsWith('.html') && path !== '/index.html' && path !== statusPath);
  shell.servePages(Object.fromEntries(pages.map(([path, file]) => [path.slice(0, -'.html'.length), (context) => send(context, file, pageHeaders)])));

  if (site.size > 0) {
    shell.serveBelow('/assets', (context) => {
      const { request } = context;
      // The prefix is off already.
      const file = site.get(`/assets${(request.url ?? '').split('?', 1)[0]}`);
      if (!file) throw new Problem('not-found');
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new Problem('method-not-allowed', undefined, { headers: { allow: 'GET, HEAD' } });
      // Their names change with their content.
      return send(context, file, { 'cache-control': 'public, max-age=31536000, immutable' });
    });
  }
  const first = site.get('/index.html');
  return (context) => (first && context.request.headers.accept?.includes('text/html') ? send(context, first, { ...pageHeaders, vary: 'accept' }) : undefined);
}

/** Writes a file, or that the client has it already. */
async function send({ request, response }: RequestContext, file: SiteFile, headers: Readonly<Record<string, string>>): Promise<undefined> {
  const brotli = file.brotli && /\bbr\b/.test(request.headers['accept-encoding'] ?? '') ? file.brotli : undefined;
  const { held, bytes, file: path } = brotli ?? file.plain;
  const { vary, ...others } = headers;
  response.setHeaders(new Map(Object.entries({ 'cache-control': 'no-cache', ...others, etag: file.etag })));
  const varies = mergeVary(mergeVary(response.getHeader('vary') as string | undefined, vary), file.brotli && 'accept-encoding');
  if (varies !== undefined) response.setHeader('vary', varies);
  if (request.headers['if-none-match']?.split(/,\s*/).includes(file.etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('content-type', file.type);
  response.setHeader('content-length', bytes);
  if (brotli) response.setHeader('content-encoding', 'br');
  if (request.method === 'HEAD') response.end();
  else if (held) response.end(held);
  // Not awaited: a phone may take longer for the hand model than a request may for its answer.
  else pipeline(createReadStream(path), response, () => undefined);
}
