import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from './bundle.ts';
import { copyPackages, manifestOf } from './copy-packages.ts';
import type { ImageName } from './definition.ts';
import { findPackage, licenceTexts, type InstalledPackage } from './installed-package.ts';

/** The licences of what is in a bundle; packages that share a text share a paragraph. */
function thirdPartyLicences(bundled: readonly InstalledPackage[]): string {
  const packages = Map.groupBy(
    bundled.filter(({ name }) => !name.startsWith('@facet/')),
    (found) => licenceTexts(found).join('\n\n') || found.license,
  );
  const paragraphs = [...packages].map(([text, covered]) => `${covered.map(({ name, version }) => `${name} ${version}`).join('\n')}\n\n${text}\n`);
  return paragraphs.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * The pages, for an image that has the gateway; gives back the packages in them.
 *
 * The model that finds hands in a camera's picture weighs as much as all models of the services: the image with everything in it has no
 * room for it, and its maze says that the camera is not there.
 */
function addSite(name: ImageName, app: string): InstalledPackage[] {
  if (name !== 'gateway' && name !== 'all') return [];
  const isWhole = name === 'gateway';
  cpSync('web/dist', join(app, 'web', 'dist'), { recursive: true, filter: (path) => isWhole || !basename(path).startsWith('hands-') });
  return isWhole ? [findPackage('web', '@mediapipe/hands')] : [];
}

/**
 * Makes /app of one image, all but its models and the list of its contents.
 *
 * @param app folder that becomes /app
 * @returns the packages that are in it
 */
export async function assembleApp(name: ImageName, app: string): Promise<InstalledPackage[]> {
  mkdirSync(app, { recursive: true });
  const { bundled, external } = await bundle(name, app);
  const copied = copyPackages(external, app);
  writeFileSync(join(app, 'package.json'), manifestOf(`services/${name}`));
  for (const file of ['LICENSE', 'NOTICE']) copyFileSync(file, join(app, file));
  writeFileSync(join(app, 'THIRD-PARTY-LICENSES'), thirdPartyLicences(bundled));
  return [...bundled, ...copied, ...addSite(name, app)];
}
