import { classificationContract } from './classification.ts';
import { detectionContract } from './detection.ts';
import { digitContract } from './digit.ts';
import { gatewayOperations } from './gateway.ts';
import { gestureContract } from './gesture.ts';
import { inferenceOperations } from './inference-operations.ts';
import { openapiDocument, underPrefix } from './openapi.ts';
import type { Operation } from './operation.ts';

const contracts = [gestureContract, digitContract, detectionContract, classificationContract];
const operations: Operation[] = [
  ...Object.values(gatewayOperations),
  ...contracts.flatMap((contract) => underPrefix(contract.task, Object.values(inferenceOperations(contract, ['v1', 'v2'])))),
];
const examples = operations.flatMap(({ id, body }) =>
  Object.entries(body ?? {}).flatMap(([type, { schema, examples: given = {} }]) =>
    Object.entries(given).map(([name, value]) => ({ what: `${id} ${type} ${name}`, schema, value })),
  ),
);

describe('openapiDocument', () => {
  const document = openapiDocument({ title: 'Facet', version: '1', description: '', operations }) as {
    paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  };

  it('has every operation once, under its prefix', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(operations.length);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/gesture/predict', '/digit/v2/predict', '/detection/batch/predict', '/digit', '/health']),
    );
  });

  it('names the problems of a prediction by status', () => {
    expect(Object.keys(document.paths['/digit/predict']!['post']!.responses)).toEqual(
      expect.arrayContaining(['200', '400', '404', '413', '415', '422', '503', '504', '500']),
    );
  });

  it('documents that a path whose parameter holds what no path may is refused', () => {
    const withParameter = Object.keys(document.paths).filter((path) => path.includes('{'));
    expect(withParameter.length).toBeGreaterThan(2);
    for (const path of withParameter) for (const { responses } of Object.values(document.paths[path]!)) expect(Object.keys(responses)).toContain('400');
  });

  it('says how long a list of a fixed length is', () => {
    const answer = JSON.stringify(document.paths['/detection/predict']!['post']!.responses);
    expect(/"bbox":(\{[^}]*\}[^}]*\})/.exec(answer)![1]).toMatch(/^\{"type":"array","items":\{"type":"number"\},"minItems":4,"maxItems":4/);
    expect(/prefixItems/.exec(answer)).toBeNull();
  });

  it('says how callers name themselves, and what they may be refused for, where that is asked', () => {
    const guarded = openapiDocument({ title: 'Facet', version: '1', description: '', operations, needsIdentity: ({ predicts }) => predicts === true });
    const { paths, components } = guarded as {
      paths: Record<string, Record<string, { security?: object[]; responses: object }>>;
      components: { securitySchemes: object };
    };
    const { security, responses } = paths['/digit/predict']!['post']!;
    expect(security!.flatMap(Object.keys)).toEqual(Object.keys(components.securitySchemes));
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '429']));
    expect(paths['/health']!['get']).not.toHaveProperty('security');
    expect(document).not.toHaveProperty('components.securitySchemes');
  });

  it('has examples for every JSON body', () => {
    expect(examples.length).toBeGreaterThanOrEqual(12);
  });

  it.each(examples)('$what fits its own schema', ({ schema, value }) => {
    expect(schema.safeParse(value).error?.issues).toBeUndefined();
  });
});
