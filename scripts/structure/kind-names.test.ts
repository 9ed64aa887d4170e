import { namesIn } from './kind-names.ts';

const kinds = ['plate', 'face'];
const found = (text: string, path = 'packages/http/src/a.ts'): string[] => namesIn(path, text, kinds);

describe('names of kinds and lists of versions', () => {
  it.each([
    ["if (kind === 'plate') run();", ['plate']],
    ['const url = `plate`;', ['plate']],
    ["type Name = 'plate' | 'face';", ['plate', 'face']],
    ["const models = ['plate'] as const;", ['plate']],
    ['const port = { plate: 1, face: 2 };', ['plate', 'face']],
    ['const tools = { plate, face };', ['plate', 'face']],
    ['interface Client { readonly plate: string; face?: number }', ['plate', 'face']],
    ['type Client = { plate(): void; readonly face: number };', ['plate', 'face']],
    ["for (const version of ['v1', 'v2']) run(version);", ['v1, v2']],
    ["const fallback = 'v1,v2';", ['v1,v2']],
  ])('are found in %s', (text, names) => {
    expect(found(text)).toEqual(names);
  });

  it.each([
    ["import { plate } from './plate.ts'; plate();"],
    ['const { plate, face } = answer;'],
    ['interface Answer { readonly plate: string; readonly confidence: number }'],
    ["const version = 'v1'; const names = ['v', 'v1'];"],
    ['// A plate, a face.'],
    ['const doc = `Such as plate or face.`;'],
  ])('are not seen in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['deploy/compose/a.yaml', 'services:\n  plate: { image: x }\n', ['plate']],
    ['deploy/compose/a.yaml', 'jobs: [face, other]\n', ['face']],
    ['.ci/run', 'for name in gateway plate; do run; done\n', ['plate']],
    ['.ci/run', '# plate\nrun --task=face\n', ['face']],
  ])('are found in %s: %j', (path, text, names) => {
    expect(found(text, path)).toEqual(names);
  });

  it.each([
    'services/plate/src/main.ts',
    'packages/contracts/src/plate.ts',
    'packages/contracts/src/plate-stream.ts',
    'scripts/kinds/plate.ts',
    'packages/http/src/a.test.ts',
    'services/gateway/test/a.ts',
    'web/src/home/main.ts',
    'e2e/fuzz/main.ts',
    'docs/a.ts',
  ])('may stand in %s', (path) => {
    expect(found("const kind = 'plate';", path)).toEqual([]);
  });

  it('of another kind may not stand in the files of one', () => {
    expect(found("const kind = 'face';", 'services/plate/src/main.ts')).toEqual(['face']);
  });

  it('may stand in a generated file', () => {
    expect(found("// Written by `npm run docs`; do not edit.\nconst kind = 'plate';")).toEqual([]);
  });
});
