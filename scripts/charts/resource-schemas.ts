/** A JSON schema, as far as it is looked into here. */
export interface Schema {
  readonly [key: string]: unknown;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The same schema, refusing keys that it does not name.
 *
 * An object that says `additionalProperties` or `x-kubernetes-preserve-unknown-fields` is meant to be open; one whose keys are listed
 * only in `oneOf` and its like is a part of an object that lists them.
 */
export function closeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeSchema);
  if (!isSchema(schema)) return schema;
  const closed: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'enum' || key === 'required' ? value : closeSchema(value)]),
  );
  const open = schema['additionalProperties'] !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isSchema(schema['properties']) && schema['type'] === 'object' && !open) closed['additionalProperties'] = false;
  if (schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string') {
    delete closed['type'];
    closed['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  return closed;
}

interface CustomResource {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** `[file name, schema]` of every version of a resource type, named as kubeconform looks for them: `kind-group-version.json`. */
export function customResourceSchemas({ spec }: CustomResource): [string, unknown][] {
  return spec.versions.map(({ name, schema: { openAPIV3Schema: schema } }) => {
    const metadata = { type: 'object' };
    const properties = { ...(schema['properties'] as Schema), apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata };
    return [`${spec.names.kind}-${spec.group.split('.')[0]}-${name}.json`.toLowerCase(), closeSchema({ ...schema, properties })];
  });
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The names of all definitions that one leads to, itself included. */
function reach(name: string, definitions: Readonly<Record<string, Schema>>, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, next] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) reach(next!, definitions, found);
  return found;
}

/** The same for the types that Kubernetes itself brings, from its OpenAPI document; each schema stands by itself. */
export function builtInSchemas(definitions: Readonly<Record<string, Schema>>): [string, unknown][] {
  const closed = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, closeSchema({ type: 'object', ...schema })])) as Record<
    string,
    Schema
  >;
  return Object.entries(definitions).flatMap(([name, schema]) => {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly Kind[];
    if (kinds.length !== 1) return [];
    const { group, version, kind } = kinds[0]!;
    const file = `${[kind, ...(group === '' ? [] : [group.split('.')[0]]), version].join('-')}.json`.toLowerCase();
    const used = Object.fromEntries([...reach(name, definitions)].map((each) => [each, closed[each]]));
    return [[file, { $ref: `#/definitions/${name}`, definitions: used }] as [string, unknown]];
  });
}
