import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { builtInSchemas, customResourceSchemas, type Schema } from './charts/resource-schemas.ts';

const usage = 'usage: chart-schemas.ts OUT SWAGGER.json CRDS…     (files or folders of CustomResourceDefinitions)';

/** The schemas that kubeconform needs, from the sources of the types themselves: its own collection lies on the internet. */
const [out, swagger, ...sources] = process.argv.slice(2);
if (out === undefined || swagger === undefined) {
  console.error(usage);
  process.exit(2);
}

async function filesAt(path: string): Promise<string[]> {
  const entries = await readdir(path).catch(() => undefined);
  return entries === undefined ? [path] : entries.filter((entry) => entry.endsWith('.yaml')).map((entry) => join(path, entry));
}

const { definitions } = JSON.parse(await readFile(swagger, 'utf8')) as { definitions: Record<string, Schema> };
const schemas = builtInSchemas(definitions);
for (const path of (await Promise.all(sources.map(filesAt))).flat()) {
  for (const document of parseAllDocuments(await readFile(path, 'utf8'))) {
    const resource = document.toJSON() as Parameters<typeof customResourceSchemas>[0] | null;
    if (resource?.kind === 'CustomResourceDefinition') schemas.push(...customResourceSchemas(resource));
  }
}
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all(schemas.map(([name, schema]) => writeFile(join(out, name), JSON.stringify(schema))));
console.log(`${schemas.length} schemas in ${out}`);
