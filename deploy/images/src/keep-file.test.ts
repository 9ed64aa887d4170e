import { keepFile } from './keep-file.ts';

test.each([
  ['onnxruntime-node', 'bin/napi-v6/linux/x64/libonnxruntime.so.1'],
  ['onnxruntime-node', 'dist/index.js'],
  ['swagger-ui-dist', 'swagger-ui-bundle.js'],
  ['swagger-ui-dist', 'LICENSE'],
  ['redoc', 'bundles/redoc.standalone.js.LICENSE.txt'],
  ['sharp', 'dist/index.mjs'],
  ['marked', 'lib/marked.esm.js'],
  ['@img/sharp-libvips-linux-x64', 'THIRD-PARTY-NOTICES.md'],
  ['onnxruntime-node', 'LICENSE.md'],
  ['@julusian/jpeg-turbo', 'index.js'],
  ['@julusian/jpeg-turbo', 'prebuilds/jpeg-turbo-linux-x64/libturbojpeg.so.0'],
])('keeps of %s %s', (name, path) => {
  expect(keepFile(name, path)).toBe(true);
});

test.each([
  ['onnxruntime-node', 'bin/napi-v6/darwin/arm64/onnxruntime_binding.node'],
  ['onnxruntime-node', 'bin/napi-v6/linux/arm64/libonnxruntime.so.1'],
  ['onnxruntime-node', 'bin/napi-v6/win32/x64/onnxruntime.dll'],
  ['onnxruntime-node', 'script/install.js'],
  ['onnxruntime-node', 'dist/index.d.ts'],
  ['onnxruntime-node', 'dist/index.js.map'],
  ['onnxruntime-node', 'lib/index.ts'],
  ['sharp', 'src/common.cc'],
  ['sharp', 'dist/index.cjs'],
  ['marked', 'lib/marked.umd.js'],
  ['marked', 'bin/main.js'],
  ['@julusian/jpeg-turbo', 'prebuilds/jpeg-turbo-linux-x64-musl/libturbojpeg.so.0'],
  ['@julusian/jpeg-turbo', 'CMakeLists.txt'],
  ['sharp', 'README.md'],
  ['swagger-ui-dist', 'swagger-ui-es-bundle.js'],
  ['redoc', 'bundles/redoc.lib.js'],
  ['detect-libc', '.npmignore'],
])('leaves of %s %s', (name, path) => {
  expect(keepFile(name, path)).toBe(false);
});
