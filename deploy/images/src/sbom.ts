import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianPackage } from './debian-package.ts';
import { builtInVersions } from '../../../packages/contracts/src/index.ts';
import { modelsOf, type ImageName } from './definition.ts';
import type { InstalledPackage } from './installed-package.ts';

interface Component {
  readonly type: 'application' | 'library' | 'machine-learning-model' | 'file';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** A CycloneDX 1.6 document. */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

export interface Contents {
  readonly name: ImageName;
  readonly version: string;
  readonly packages: readonly InstalledPackage[];
  readonly system: readonly DebianPackage[];
  /** Files of the system that no package claims. */
  readonly unclaimed: readonly string[];
}

function licensed(license: string): readonly object[] {
  if (license === 'NOASSERTION') return [];
  return / (AND|OR|WITH) /.test(license) ? [{ expression: license }] : [{ license: /^[\w.+-]+$/.test(license) ? { id: license } : { name: license } }];
}

function npmComponent({ name, version, license }: InstalledPackage): Component {
  const ours = name.startsWith('@facet/');
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type: name === 'node' ? 'application' : 'library', 'bom-ref': purl, name, version, ...(!ours && { purl }), licenses: licensed(license) };
}

function debianComponent({ name, version, license }: DebianPackage): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=amd64`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: licensed(license) };
}

function modelComponent(task: string, version: string): Component {
  const manifest = JSON.parse(readFileSync(join('models', task, version, 'manifest.json'), 'utf8')) as { name: string; sha256: string; licence: string };
  return {
    type: 'machine-learning-model',
    'bom-ref': `model:${task}/${version}`,
    name: `${task}/${version} ${manifest.name}`,
    version,
    licenses: licensed(manifest.licence),
    hashes: [{ alg: 'SHA-256', content: manifest.sha256 }],
  };
}

/** What an image holds, as a document that scanners read: packages, those compiled into the bundle too, the system below, the models. */
export function describeContents({ name, version, packages, system, unclaimed }: Contents): Sbom {
  const others = packages.filter((found) => found.name !== `@facet/${name}`).toSorted((a, b) => a.name.localeCompare(b.name));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': `facet-${name}`, name: `facet-${name}`, version, licenses: licensed('Apache-2.0') } },
    components: [
      ...others.map(npmComponent),
      ...system.map(debianComponent),
      ...unclaimed.map((path): Component => {
        const content = createHash('sha256').update(readFileSync(path)).digest('hex');
        return { type: 'file', 'bom-ref': `file:${path}`, name: path, hashes: [{ alg: 'SHA-256', content }] };
      }),
      ...modelsOf(name).flatMap((task) => builtInVersions.map((model) => modelComponent(task, model))),
    ],
  };
}
