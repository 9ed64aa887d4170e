import type { Plane } from '@facet/contracts';
import type { Log } from '@facet/telemetry';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { partsOfPort } from './parts-of-port.ts';

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

/**
 * Reads the built site; an empty one, with one log line, where it was not built.
 *
 * @param planeOf where operations have a port of their own: pages are then read without their links to the other port
 */
export async function loadSite(folder: string, log: Log, planeOf?: (path: string) => Plane): Promise<Site> {
  const site = new Map<string, SiteFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) {
    log.info({ folder }, 'the web pages are not built; / returns JSON to browsers');
    return site;
  }
  const names = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  for (const file of names) {
    const name = relative(folder, file);
    if (name.startsWith('.') || name.endsWith('.br')) continue;
    const path = `/${name.split(sep).join('/')}`;
    const edit = planeOf && path.endsWith('.html') ? (html: string) => partsOfPort(html, planeOf(path.slice(0, -'.html'.length))) : undefined;
    const { bytes, etag } = await read(file, edit);
    site.set(path, {
      type: types[extname(file)] ?? 'application/octet-stream',
      etag,
      plain: bytes,
      ...(!edit && names.has(`${file}.br`) && { brotli: (await read(`${file}.br`)).bytes }),
    });
  }
  return site;
}

async function read(file: string, edit?: (text: string) => string): Promise<{ bytes: SiteBody; etag: string }> {
  const original = await readFile(file);
  const content = edit ? Buffer.from(edit(original.toString('utf8'))) : original;
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { bytes: { file, bytes: content.length, ...((edit ?? content.length <= maxHeldBytes) && { held: content }) }, etag };
}
