import { defineConfig } from 'vite';
import { brotliFiles } from './build/brotli-files.ts';
import { handModel, handModelPath } from './build/hand-model.ts';
import { pageFrame } from './build/page-frame.ts';
import { runbookPages, runbooks } from './build/runbooks.ts';

// Vite reads a default export.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the site works below any prefix of an ingress.
  base: './',
  publicDir: false,
  define: { HAND_MODEL_PATH: JSON.stringify(handModelPath) },
  resolve: { conditions: ['source'] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: [...['index', 'maze', 'digits', 'objects', 'label', 'status'].map((page) => `${import.meta.dirname}/${page}.html`), ...runbookPages],
    },
  },
  plugins: [runbooks(), pageFrame(), handModel(), brotliFiles()],
});
