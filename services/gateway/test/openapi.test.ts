import { spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import request from 'supertest';

interface Document {
  paths: Record<
    string,
    {
      post?: {
        parameters: { name: string; in: string; example?: string }[];
        requestBody?: { content: Record<string, { examples?: Record<string, { value: object }> }> };
      };
    }
  >;
}

/** A path with the examples of its parameters in their places. */
function filled(path: string, parameters: readonly { name: string; example?: string }[]): string {
  return parameters.reduce((text, { name, example }) => (example === undefined ? text : text.replace(`{${name}}`, example)), path);
}

const redocly = join(dirname(createRequire(__filename).resolve('@redocly/cli/package.json')), 'bin', 'cli.js');
const rules = `extends: [recommended]
rules:
  operation-4xx-response: off
  security-defined: off
  no-server-example.com: error
telemetry: off
`;

describe('the OpenAPI documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite({ ACCESS_LOG: 'false', LABELLING: 'true', SAMPLES_DIR: join(folder, 'samples') });
    writeFileSync(join(folder, 'redocly.yaml'), rules);
  });
  afterAll(async () => {
    await suite.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(['gateway', 'gesture', 'digit', 'detection'] as const)('%s: valid by redocly', async (name) => {
    const { text } = await request(suite[name].url).get('/openapi.json').expect(200);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, text);
    execFileSync(process.execPath, [redocly, 'lint', '--config', join(folder, 'redocly.yaml'), file], {
      stdio: 'pipe',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
  });

  it('every documented example is accepted', async () => {
    const document = (await request(suite.gateway.url).get('/openapi.json').expect(200)).body as Document;
    const examples = Object.entries(document.paths).flatMap(([path, { post }]) =>
      Object.entries(post?.requestBody?.content ?? {}).flatMap(([type, { examples: given = {} }]) =>
        Object.values(given).map(({ value }) => ({ path: filled(path, post!.parameters), type, value })),
      ),
    );
    expect(examples.length).toBeGreaterThanOrEqual(12);
    let added = '';
    for (const { path, type, value } of examples) {
      // A label is for the sample that was added just before, and takes the place of the one that it came with.
      const body = path.includes('{id}') ? { ...value, replace: true } : value;
      const answer = await request(suite.gateway.url).post(path.replace('{id}', added)).set('content-type', type).send(body);
      expect({ path, status: answer.status, problem: answer.body.code as unknown }).toEqual({
        path,
        status: path.endsWith('/samples') ? 201 : 200,
        problem: undefined,
      });
      if (answer.status === 201) added = (answer.body as { id: string }).id;
      if (path.includes('/batch/')) expect(answer.body).toMatchObject({ succeeded: 2, failed: 0 });
    }
  });

  it.each(['', '/gesture', '/digit', '/detection'])('%s/docs and /redoc are whole pages that load nothing from elsewhere', async (prefix) => {
    for (const page of ['docs', 'redoc']) {
      const { text, headers } = await request(suite.gateway.url).get(`${prefix}/${page}`).expect(200);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
      expect(links.length).toBeGreaterThanOrEqual(3);
      for (const link of links) {
        expect(link).not.toMatch(/^(https?:)?\/\//);
        const file = await request(suite.gateway.url)
          .get(new URL(link, `http://host${prefix}/${page}`).pathname)
          .buffer(true);
        expect({ link, status: file.status }).toEqual({ link, status: 200 });
      }
    }
  });
});
