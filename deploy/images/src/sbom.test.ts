import { modelsOf } from './definition.ts';
import type { InstalledPackage } from './installed-package.ts';
import { describeContents } from './sbom.ts';

const installed = (name: string, version: string, license: string): InstalledPackage => ({ name, version, license, directory: '/', dependencies: [] });

const sbom = describeContents({
  name: 'digit',
  version: '1.2.3',
  packages: [installed('zod', '4.0.0', 'MIT'), installed('@img/sharp-linux-x64', '0.35.0', 'Apache-2.0'), installed('@facet/digit', '1.2.3', 'Apache-2.0')],
  system: [{ name: 'libstdc++6', version: '12.2.0-14', license: 'GPL-3.0-or-later WITH GCC-exception-3.1' }],
  unclaimed: [],
});

test('packages, the system and the models are named as scanners look for them', () => {
  expect(sbom.metadata.component).toMatchObject({ name: 'facet-digit', version: '1.2.3' });
  expect(sbom.components.map((component) => component['bom-ref'])).toEqual([
    'pkg:npm/%40img/sharp-linux-x64@0.35.0',
    'pkg:npm/zod@4.0.0',
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64',
    ...modelsOf('digit').flatMap((task) => [`model:${task}/v1`, `model:${task}/v2`]),
  ]);
});

test('licences are identifiers or expressions', () => {
  const licences = sbom.components.map(({ licenses }) => licenses?.[0]);
  expect(licences).toEqual([
    { license: { id: 'Apache-2.0' } },
    { license: { id: 'MIT' } },
    { expression: 'GPL-3.0-or-later WITH GCC-exception-3.1' },
    { license: { id: 'Apache-2.0' } },
    { license: { id: 'Apache-2.0' } },
  ]);
});

test('a model is known by its hash', () => {
  expect(sbom.components.at(-1)).toMatchObject({
    type: 'machine-learning-model',
    hashes: [{ alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
});
