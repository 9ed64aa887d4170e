import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspectFiles } from './inspect-files.ts';

let root: string;

function put(path: string, content: string | Buffer = '', mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  chmodSync(join(root, path), mode);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inspect-files-'));
  put('app/dist/main.js', 'serve()');
  put('app/sbom.cdx.json', JSON.stringify({ components: [{ name: 'zod' }] }));
  put('app/models/digit/v1/model.onnx', 'weights');
});
afterEach(() => rmSync(root, { recursive: true }));

const faults = (): readonly string[] => inspectFiles('digit', root, ['jest']).faults;

test('a sound image has no faults', () => {
  expect(inspectFiles('digit', root, ['jest'])).toEqual({ bytes: 'serve()'.length + 'weights'.length + '{"components":[{"name":"zod"}]}'.length, faults: [] });
});

test.each<[what: string, make: () => void, fault: string]>([
  ['a shell', () => put('bin/sh', '', 0o755), '/bin/sh is a tool that nothing here needs'],
  ['a source map', () => put('app/dist/main.js.map'), '/app/dist/main.js.map is only read by compilers, debuggers or tests'],
  ['a secret', () => put('app/.env'), '/app/.env may hold a secret'],
  ['a setuid program', () => put('usr/bin/mount', '', 0o4755), '/usr/bin/mount gives its caller the rights of its owner'],
  ['a file that anyone can write', () => put('app/open', '', 0o666), '/app/open can be written by anyone'],
  ['a Windows library', () => put('app/x.dll', 'MZ'.padEnd(30)), '/app/x.dll (30 bytes) is for Windows'],
  ['a package for development', () => put('app/node_modules/jest/index.js'), 'jest is only for development'],
  ['a bundled package for development', () => put('app/sbom.cdx.json', '{"components":[{"name":"jest"}]}'), 'jest is only for development'],
  ['models of another task', () => put('app/models/gesture/v1/model.onnx'), "it has the models of 'digit,gesture', expected 'digit'"],
])('%s is found', (_, make, fault) => {
  make();
  expect(faults()).toEqual([fault]);
});

test('a library for another processor is found', () => {
  const arm = Buffer.alloc(64);
  arm.writeUInt32BE(0x7f454c46);
  arm.writeUInt16LE(183, 18);
  put('app/x.so', arm);
  expect(faults()).toEqual(['/app/x.so (64 bytes) is for linux on another processor']);
});

test('too much weight is found', () => {
  put('app/heavy');
  truncateSync(join(root, 'app/heavy'), 200_000_001);
  expect(faults()).toEqual(['it weighs 200.0 MB, over the 200 MB that it may']);
});
