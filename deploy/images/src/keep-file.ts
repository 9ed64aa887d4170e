/** Always kept: licences ask to travel with what they cover. */
const licences = /(^|[/.])(licen[cs]es?|notice|copying|copyright|authors|third.?party[^/]*)(\.[^/]*)?$/i;

/** What only compilers, debuggers and readers open. */
const unread = /\.(map|[cm]?tsx?|tsbuildinfo|md|markdown|cc|h|gyp|yml|yaml)$|(^|\/)\.[^/]+$/i;

/** Packages of which only some files are used here. */
const parts: Readonly<Record<string, (path: string) => boolean>> = {
  // 250 MB of other platforms, and the script that would download CUDA.
  'onnxruntime-node': (path) => !path.startsWith('script/') && (!path.startsWith('bin/') || path.startsWith('bin/napi-v6/linux/x64/')),
  '@julusian/jpeg-turbo': (path) => /^[^/]+$|^prebuilds\/jpeg-turbo-linux-x64\//.test(path) && path !== 'CMakeLists.txt',
  // Finds jpeg-turbo's build; its programs pack one.
  'pkg-prebuilds': (path) => !path.startsWith('bin/'),
  // Both are imported, never required.
  sharp: (path) => !/^dist\/.*\.cjs$/.test(path),
  marked: (path) => path !== 'lib/marked.umd.js' && !/^(bin|man)\//.test(path),
  // Node takes the CommonJS build.
  'onnxruntime-common': (path) => path === 'package.json' || path.startsWith('dist/cjs/'),
  // The files that packages/http/src/docs.ts serves.
  'swagger-ui-dist': (path) => ['package.json', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].includes(path),
  redoc: (path) => ['package.json', 'bundles/redoc.standalone.js'].includes(path),
};

/**
 * Whether a file of a package is needed to run it on linux/x64, or has to be there by its licence.
 *
 * @param path below the package's folder, with slashes
 */
export function keepFile(name: string, path: string): boolean {
  if (licences.test(path)) return true;
  return !unread.test(path) && (parts[name]?.(path) ?? true);
}
