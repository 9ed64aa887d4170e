import type { Log } from '@facet/telemetry';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file as it is sent: plain, or compressed when it was built. */
interface SiteBody {
  readonly file: string;
  readonly bytes: number;
  /** Held in memory where it is small. */
  readonly held?: Buffer;
}

export interface SiteFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: SiteBody;
  readonly brotli?: SiteBody;
}

/** The files of the built site by path, such as `/maze.html` and `/assets/maze-1a2b3c.js`. What is not in it is not served. */
export type Site = ReadonlyMap<string, SiteFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
};

const maxHeldBytes = 256 * 1024;

/** Reads what there is to serve; nothing, said once, where the site was not built. */
export async function loadSite(folder: string, log: Log): Promise<Site> {
  const site = new Map<string, SiteFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) {
    log.info({ folder }, 'no pages are built: browsers get JSON at /');
    return site;
  }
  const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  for (const file of names) {
    const name = relative(folder, file);
    if (name.startsWith('.') || name.endsWith('.br')) continue;
    const { bytes, etag } = await read(file);
    site.set(`/${name.split(sep).join('/')}`, {
      type: types[extname(file)] ?? 'application/octet-stream',
      etag,
      plain: bytes,
      ...(names.has(`${file}.br`) && { brotli: (await read(`${file}.br`)).bytes }),
    });
  }
  return site;
}

async function read(file: string): Promise<{ bytes: SiteBody; etag: string }> {
  const content = await readFile(file);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { bytes: { file, bytes: content.length, ...(content.length <= maxHeldBytes && { held: content }) }, etag };
}
