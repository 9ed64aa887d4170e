import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const manifest = createRequire(import.meta.url).resolve('@mediapipe/hands/package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

/** What MediaPipe loads when a camera is turned on; its build without SIMD is left out, for browsers have had it since 2021 to 2023. */
const files = [
  'hands.js',
  'hands.binarypb',
  'hand_landmark_full.tflite',
  'hands_solution_packed_assets.data',
  'hands_solution_packed_assets_loader.js',
  'hands_solution_simd_wasm_bin.js',
  'hands_solution_simd_wasm_bin.wasm',
];

/** Where these files lie below the site; the version is in it, so that they may be kept for ever. */
export const handModelPath = `assets/hands-${version}/`;

/** Ships the hand model with the site: its scripts look for each other by name, so they are not bundled. */
export function handModel(): Plugin {
  return {
    name: 'hand-model',
    apply: 'build',
    generateBundle() {
      for (const file of files) this.emitFile({ type: 'asset', fileName: handModelPath + file, source: readFileSync(join(dirname(manifest), file)) });
    },
  };
}
