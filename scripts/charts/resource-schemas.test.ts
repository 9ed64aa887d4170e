import { builtInSchemas, closeSchema, customResourceSchemas } from './resource-schemas.ts';

describe('closeSchema', () => {
  it('refuses keys that are not named, at every depth', () => {
    const schema = { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } };
    expect(closeSchema(schema)).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: { spec: { type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } } },
    });
  });

  it('leaves open what is meant to be open', () => {
    for (const schema of [
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', properties: { a: {} }, 'x-kubernetes-preserve-unknown-fields': true },
      { oneOf: [{ properties: { a: {} }, required: ['a'] }] },
    ])
      expect(closeSchema(schema)).toEqual(schema);
  });

  it('takes numbers and text where Kubernetes does', () => {
    expect(closeSchema({ type: 'string', format: 'int-or-string' })).toMatchObject({ anyOf: [{ type: 'integer' }, { type: 'string' }] });
    expect(closeSchema({ type: 'string', format: 'int-or-string' })).not.toHaveProperty('type');
  });
});

describe('builtInSchemas', () => {
  it('makes a file of each kind, with what it leads to and nothing else', () => {
    const kinds = [{ group: 'policy', version: 'v1', kind: 'Budget' }];
    const schemas = builtInSchemas({
      Budget: { type: 'object', properties: { spec: { $ref: '#/definitions/Spec' } }, 'x-kubernetes-group-version-kind': kinds },
      Spec: { type: 'object', properties: { next: { $ref: '#/definitions/Spec' } } },
      Other: { type: 'object' },
    });
    expect(schemas.map(([file]) => file)).toEqual(['budget-policy-v1.json']);
    expect(Object.keys((schemas[0]![1] as { definitions: object }).definitions)).toEqual(['Budget', 'Spec']);
  });
});

describe('customResourceSchemas', () => {
  it('makes a file of each version, and leaves metadata to Kubernetes', () => {
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: {} } } } };
    const spec = { group: 'networking.istio.io', names: { kind: 'Gateway' }, versions: [{ name: 'v1', schema }] };
    const [[file, made]] = customResourceSchemas({ kind: 'CustomResourceDefinition', spec }) as [[string, Record<string, Record<string, unknown>>]];
    expect(file).toBe('gateway-networking-v1.json');
    expect(made['properties']).toMatchObject({ metadata: { type: 'object' }, kind: { type: 'string' } });
    expect(made['additionalProperties']).toBe(false);
  });
});
