import { catalogue, type ProblemCode } from '@facet/problem';
import { z } from 'zod';
import { problemBody } from './common.ts';
import type { Operation } from './operation.ts';

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

type Json = Record<string, unknown>;

const requestHeaders: readonly Json[] = [
  { name: 'x-request-id', in: 'header', schema: { type: 'string', maxLength: 128 }, description: 'Names the request; made when absent.' },
  { name: 'x-request-timeout-ms', in: 'header', schema: { type: 'integer', minimum: 1 }, description: 'Deadline of this request.' },
];
const versionHeaders: readonly Json[] = [
  { name: 'x-user-id', in: 'header', schema: { type: 'string', maxLength: 256 }, description: 'Keeps this user on one model version.' },
  { name: 'x-model-version', in: 'header', schema: { type: 'string' }, description: 'Forces a model version.' },
];

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

/** The problems of one status, with an example a code. */
function problemResponse(codes: readonly ProblemCode[]): Json {
  const examples = codes.map((code) => {
    const { status, title, advice } = catalogue[code];
    return [code, { value: { type: `urn:facet:problem:${code}`, title, status, detail: advice, instance: '7f1c2c1e-0f7a-4a43-9f2f-8f2a4cf4b1de', code } }];
  });
  return {
    description: codes.map((code) => `\`${code}\`: ${catalogue[code].title}.`).join(' '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(examples) } },
  };
}

function responses({ answers, problems }: Operation): Json {
  const byStatus = Map.groupBy(problems, (code) => catalogue[code].status);
  const entries = Object.entries(answers).map(([status, { description, content }]) => [
    status,
    {
      description,
      content: Object.fromEntries(
        Object.entries(content).map(([type, { schema, example }]) => [
          type,
          { ...(schema && { schema: toSchema(schema, 'output') }), ...(example !== undefined && { example }) },
        ]),
      ),
    },
  ]);
  return { ...Object.fromEntries(entries), ...Object.fromEntries([...byStatus].map(([status, codes]) => [status, problemResponse(codes)])) };
}

function parameters({ query, predicts }: Operation): Json[] {
  const schema = query ? toSchema(query, 'input') : { properties: {} };
  const fromQuery = Object.entries(schema['properties'] as Record<string, Json>).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    description,
    schema: rest,
  }));
  return [...fromQuery, ...(predicts ? [...requestHeaders, ...versionHeaders] : requestHeaders.slice(0, 1))];
}

function requestBody({ body }: Operation): Json {
  if (!body) return {};
  const content = Object.entries(body).map(([type, { schema, examples }]) => [
    type,
    {
      schema: toSchema(schema, 'input'),
      ...(examples && { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) }),
    },
  ]);
  return { requestBody: { required: true, content: Object.fromEntries(content) } };
}

/** An OpenAPI 3.1 document; servers are relative, so that it works behind any prefix. */
export function openapiDocument({ title, version, description, operations }: DocumentOptions): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const { id, method, path, summary, tag } = operation;
    (paths[path] ??= {})[method] = {
      operationId: id,
      tags: [tag],
      summary,
      ...(operation.description && { description: operation.description }),
      parameters: parameters(operation),
      ...requestBody(operation),
      responses: responses(operation),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '.', description: 'Where this document was served from' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [],
    paths,
    components: { schemas: { Problem: toSchema(problemBody, 'output') } },
  };
}

/** The same calls under a prefix, such as a service's under its name at the gateway. */
export function underPrefix(prefix: string, operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => ({
    ...operation,
    id: `${prefix}${operation.id.charAt(0).toUpperCase()}${operation.id.slice(1)}`,
    path: operation.path === '/' ? `/${prefix}` : `/${prefix}${operation.path}`,
    ...(operation.predicts && { problems: [...operation.problems, 'upstream-unavailable' as const] }),
  }));
}
