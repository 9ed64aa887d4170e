/**
 * Makes what becomes /app of the images in an ordinary folder, models included, so that tests run what ships: `FACET_BUNDLE=OUT npm test`.
 *
 * usage: node --conditions=source deploy/images/src/assemble-apps.ts OUT     (at the root of a checkout with its packages installed and its pages built)
 *
 * OUT lies outside of any checkout: a package that an image lacks must not be found in a node_modules above.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assembleApp } from './assemble-app.ts';
import { imageNames, modelsOf } from './definition.ts';

const [out = ''] = process.argv.slice(2);
if (out === '') throw new Error('usage: node --conditions=source deploy/images/src/assemble-apps.ts OUT');

for (const name of imageNames) {
  const app = join(out, name);
  await assembleApp(name, app);
  mkdirSync(join(app, 'models'));
  for (const task of modelsOf(name)) symlinkSync(resolve('models', task), join(app, 'models', task));
}
