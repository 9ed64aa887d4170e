import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);
const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.wasm']);
/** Larger files would take seconds at the best quality, for a few percent. */
const maxBestBytes = 512 * 1024;

/** Writes a `.br` beside each text, once for all who will ask. */
export function brotliFiles(): Plugin {
  return {
    name: 'brotli-files',
    apply: 'build',
    async writeBundle({ dir }) {
      const entries = await readdir(dir!, { recursive: true, withFileTypes: true });
      const texts = entries.filter((entry) => entry.isFile() && compressible.has(extname(entry.name)));
      await Promise.all(
        texts.map(async (entry) => {
          const file = join(entry.parentPath, entry.name);
          const content = await readFile(file);
          const quality = content.length > maxBestBytes ? 5 : 11;
          const small = await compress(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
          if (small.length < content.length) await writeFile(`${file}.br`, small);
        }),
      );
    },
  };
}
