import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'src', 'page');

/** Puts what all pages share around each: its head, the way to the others, the foot. */
export function pageFrame(): Plugin {
  return {
    name: 'page-frame',
    transformIndexHtml: {
      order: 'pre',
      handler(html, { filename }) {
        const name = basename(filename, '.html');
        // From a page in a folder the way to the others leads up.
        const up = dirname(filename) === root ? '' : '../';
        const part = (file: string): string =>
          readFileSync(join(folder, file), 'utf8')
            .trim()
            .replaceAll(/href="(?!#)(?:\.\/)?/g, (found) => (up === '' ? found : `href="${up}`));
        const header = part('header.html').replace(`href="${name}"`, `href="${name}" aria-current="page"`);
        return html.replace('<!-- head -->', part('head.html')).replace('<!-- header -->', header).replace('<!-- footer -->', part('footer.html'));
      },
    },
  };
}
