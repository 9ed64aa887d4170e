import { catalogue, type ProblemCode } from '@facet/problem';
import { z } from 'zod';
import { problemBody } from './common.ts';
import { oipError } from './oip/schemas.ts';
import { oipStatus, speaksOip } from './oip/speaks-oip.ts';
import type { Operation } from './operation.ts';

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly operations: readonly Operation[];
  /** Whether a call needs a key or a token; by default none does. */
  readonly needsIdentity?: (operation: Operation) => boolean;
}

type Json = Record<string, unknown>;

const requestHeaders: readonly Json[] = [
  {
    name: 'x-request-id',
    in: 'header',
    schema: { type: 'string' },
    description: 'Names the request: up to 128 letters, digits or any of _ . : -; made when it is absent or something else.',
  },
  {
    name: 'x-request-timeout-ms',
    in: 'header',
    schema: { type: 'string' },
    example: '2000',
    description: 'Deadline of this request, in milliseconds; what is no number counts as absent.',
  },
];
/** How a caller says who they are: with either. */
const securitySchemes: Readonly<Record<string, Json>> = {
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key of this API.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The same key, or a token of the identity provider.' },
};

/** What a call that needs an identity may be refused for, besides what it is refused for anyway. */
const refusals = ['unauthenticated', 'forbidden', 'rate-limited', 'quota-exceeded', 'too-many-at-once', 'identity-unavailable'] as const;

const versionHeaders: readonly Json[] = [
  { name: 'x-user-id', in: 'header', schema: { type: 'string' }, description: 'Keeps this user on one model version; the first 256 characters count.' },
  { name: 'x-model-version', in: 'header', schema: { type: 'string' }, description: 'Forces a model version.' },
];

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: ({ jsonSchema }) => simplifyTuple(jsonSchema) }) as Json;
  return rest;
}

/** A list of so many of one kind, said so that tools understand it which know no `prefixItems`. */
function simplifyTuple(schema: Json): void {
  const { prefixItems, items } = schema;
  if (!Array.isArray(prefixItems) || items !== false || new Set(prefixItems.map((item) => JSON.stringify(item))).size > 1) return;
  delete schema['prefixItems'];
  schema['items'] = prefixItems[0];
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

/** The same for clients of the Open Inference Protocol, who read `{"error": "…"}` and know fewer statuses. */
function oipResponse(codes: readonly ProblemCode[]): Json {
  return {
    description: codes.map((code) => `${catalogue[code].title}.`).join(' '),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/OipError' }, example: { error: catalogue[codes[0]!].advice } } },
  };
}

function responses({ path, answers, problems: possible }: Operation): Json {
  const isOip = speaksOip(path);
  // A status that an answer describes already keeps that description.
  const problems = possible.filter((code) => !(catalogue[code].status in answers));
  const byStatus = Map.groupBy(problems, (code) => (isOip ? oipStatus(catalogue[code].status) : catalogue[code].status));
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
  return {
    ...Object.fromEntries(entries),
    ...Object.fromEntries([...byStatus].map(([status, codes]) => [status, (isOip ? oipResponse : problemResponse)(codes)])),
  };
}

function parametersOf(where: 'path' | 'query', described: z.ZodObject | undefined): Json[] {
  const schema = described ? toSchema(described, 'input') : { properties: {} };
  return Object.entries(schema['properties'] as Record<string, Json>).map(([name, { description, example, ...rest }]) => {
    const parameter: Json = { name, in: where, description, schema: rest };
    if (where === 'path') parameter['required'] = true;
    if (example !== undefined) parameter['example'] = example;
    return parameter;
  });
}

function parameters({ params, query, predicts }: Operation): Json[] {
  return [
    ...parametersOf('path', params),
    ...parametersOf('query', query),
    ...(predicts ? [...requestHeaders, ...versionHeaders] : requestHeaders.slice(0, 1)),
  ];
}

function requestBody({ body, isBodyOptional = false }: Operation): Json {
  if (!body) return {};
  const content = Object.entries(body).map(([type, { schema, examples }]) => [
    type,
    {
      schema: toSchema(schema, 'input'),
      ...(examples && { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) }),
    },
  ]);
  return { requestBody: { required: !isBodyOptional, content: Object.fromEntries(content) } };
}

/** An OpenAPI 3.1 document; servers are relative, so that it works behind any prefix. */
export function openapiDocument({ title, version, description, operations, needsIdentity = () => false }: DocumentOptions): Json {
  const paths: Record<string, Json> = {};
  for (const declared of operations) {
    const isGuarded = needsIdentity(declared);
    // A parameter of the path may hold what no path may: it is refused before the call is looked up.
    const shared = [...(declared.params ? (['malformed-request'] as const) : []), ...(isGuarded ? refusals : [])];
    const operation = { ...declared, problems: [...new Set([...declared.problems, ...shared])] };
    const { id, method, path, summary, tag } = operation;
    (paths[path] ??= {})[method] = {
      operationId: id,
      tags: [tag],
      summary,
      ...(operation.description && { description: operation.description }),
      parameters: parameters(operation),
      ...requestBody(operation),
      responses: responses(operation),
      ...(isGuarded && { security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })) }),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '.', description: 'Where this document was served from' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [],
    paths,
    components: {
      ...(operations.some(needsIdentity) && { securitySchemes }),
      schemas: { Problem: toSchema(problemBody, 'output'), OipError: toSchema(oipError, 'output') },
    },
  };
}

/** The same calls under a prefix, such as a service's under its name at the gateway. */
export function underPrefix(prefix: string, operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => ({
    ...operation,
    id: `${prefix}${operation.id.charAt(0).toUpperCase()}${operation.id.slice(1)}`,
    task: prefix,
    path: operation.path === '/' ? `/${prefix}` : `/${prefix}${operation.path}`,
    ...(operation.predicts && { problems: [...operation.problems, 'upstream-unavailable' as const] }),
  }));
}
