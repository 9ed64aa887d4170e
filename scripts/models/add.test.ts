import { describeWithParts, s3Credentials, s3Region, startS3, type RealServer } from '@facet/testkit';
import { openStore } from '../../packages/object-store/src/index.ts';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit, sendJson, sha256, startFiles, startHub, startRegistry, startStandIn, type StandIn } from './add/fixtures/stand-ins.ts';
import { add } from './add.ts';
import { CommandError } from './command.ts';
import { tinyYolov8, ultralytics } from './import/fixtures/tiny-models.ts';

// Services are started in some of these, which takes its time on a busy machine.
jest.setTimeout(180_000);

const { names } = ultralytics;
const model = tinyYolov8({ names });
const mit = 'MIT License\n\nPermission is hereby granted, free of charge, to any person';

const folder = mkdtempSync(join(tmpdir(), 'facet-add-test-'));
const models = join(folder, 'models');
const standIns: StandIn[] = [];
const before = process.env['TMPDIR'];
beforeAll(() => {
  // Whatever a command leaves in the temporary folder is seen there.
  process.env['TMPDIR'] = mkdtempSync(join(folder, 'tmp-'));
});
afterEach(() => expect(readdirSync(process.env['TMPDIR']!).filter((name) => name.startsWith('facet-'))).toEqual([]));
afterAll(async () => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await Promise.all(standIns.map((standIn) => standIn.close()));
  rmSync(folder, { recursive: true });
});

async function kept<T extends StandIn>(starting: Promise<T>): Promise<T> {
  const standIn = await starting;
  standIns.push(standIn);
  return standIn;
}

interface Ran {
  readonly code: number;
  readonly said: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Adds a detector to a task of its own. */
async function run(task: string, source: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const code = await add.run([source, '--task', task, '--kind', 'detection', '--models-dir', models, ...args], { env, print: note, note });
  const said = lines.join('\n');
  return { code, said, manifest: JSON.parse(readFileSync(join(models, task, 'v1', 'manifest.json'), 'utf8')) as Ran['manifest'] };
}

/** The sentence with which a source is refused, after which nothing may be left. */
async function refusal(source: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const error: unknown = await run('refused', source, args, env).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(existsSync(join(models, 'refused'))).toBe(false);
  return (error as CommandError).message;
}

describe('a model of the Hugging Face Hub', () => {
  const token = 'hf_secret-token';
  let cdn: StandIn;
  let hub: StandIn;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    cdn = await kept(startFiles(new Map([['/blob', model]])));
    hub = await kept(
      startHub(
        {
          'acme/helmets': { file: model, card: { license: 'apache-2.0' }, token },
          'acme/readme': { file: model, readme: '---\nlicense: cc-by-nc-4.0\n---\n# Helmets' },
          'acme/silent': { file: model },
          'acme/other': { file: model, card: { license: 'other', license_name: 'acme-terms' } },
          'acme/agpl': { file: model, card: { license: 'agpl-3.0' } },
          'acme/swapped': { file: model, card: { license: 'mit' }, sha256: '0'.repeat(64) },
          'acme/short': { file: model, card: { license: 'mit' }, size: model.length + 1 },
          'acme/long': { file: model, card: { license: 'mit' }, size: 100 },
        },
        cdn.url,
      ),
    );
    env = { HF_ENDPOINT: hub.url, HF_TOKEN: token };
  });

  it('is imported at the commit of its revision, with hash and licence, and its token stays with the Hub', async () => {
    const { code, said, manifest } = await run('helmets', 'hf://acme/helmets/onnx/model.onnx@v1.0', ['--title', 'Helmets', '--name', 'helmets'], env);
    expect(code).toBe(0);
    const address = `hf://acme/helmets/onnx/model.onnx@${commit}`;
    expect(manifest).toMatchObject({
      name: 'helmets',
      sha256: sha256(model),
      licence: 'apache-2.0',
      source: `Downloaded from ${address}`,
      origin: { address, revision: commit, sha256: sha256(model), bytes: model.length },
      labels: ['red', "painter's blue"],
    });
    expect(said).toContain('Licence: apache-2.0 (the model card).');
    expect(said).toContain(`sha256 ${sha256(model)} (as its publisher states)`);
    expect(said).not.toContain(token);
    expect(JSON.stringify(manifest)).not.toContain('signature');
    expect(readFileSync(join(models, 'helmets', 'v1', 'card.md'), 'utf8')).toContain(address);
    expect(JSON.parse(readFileSync(join(models, 'helmets', 'task.json'), 'utf8'))).toEqual({ task: 'helmets', kind: 'detection', title: 'Helmets' });
    expect(hub.received.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
    expect(cdn.received).toEqual([{ path: '/blob?signature=secret', authorization: undefined }]);
  });

  it.each<[string, string, readonly string[], string]>([
    [
      'a licence in the front matter of its card',
      'readme',
      [],
      'is cc-by-nc-4.0 (the model card): commercial use or use in production is forbidden. If you comply',
    ],
    ['AGPL', 'agpl', [], 'is agpl-3.0 (the model card): who uses the model over a network must be offered the source'],
    ['a licence that is not on the list', 'other', [], 'is other (acme-terms) (the model card): it is not a licence of the SPDX list'],
    ['no licence', 'silent', [], `No licence is stated for hf://acme/silent/onnx/model.onnx@${commit}. Look up its terms: state the licence with --licence`],
    ['AGPL under another that is stated', 'agpl', ['--licence', 'MIT'], 'is agpl-3.0 (the model card)'],
    ['a file that is not what its publisher states', 'swapped', [], `expected sha256 ${'0'.repeat(64)}, found ${sha256(model)}. Nothing was imported.`],
    [
      'a file shorter than announced',
      'short',
      [],
      `expected ${(model.length + 1).toLocaleString('en')} bytes as announced, found ${model.length.toLocaleString('en')}`,
    ],
    ['a file longer than announced', 'long', [], 'expected 100 bytes as announced, found more'],
    ['another hash than was asked for', 'helmets', ['--sha256', 'f'.repeat(64)], `expected sha256 ${'f'.repeat(64)}, found ${sha256(model)}`],
    ['a file over the limit', 'helmets', ['--max-bytes', '1000'], 'model.onnx: expected at most 1,000 bytes (--max-bytes), found'],
  ])('is refused for %s', async (_why, repository, args, sentence) => {
    expect(await refusal(`hf://acme/${repository}/onnx/model.onnx`, args, env)).toContain(sentence);
  });

  it('is not downloaded when its licence is refused', async () => {
    const asked = cdn.received.length;
    await refusal('hf://acme/agpl/onnx/model.onnx', [], env);
    expect(cdn.received).toHaveLength(asked);
  });

  it('says what is missing: repository, revision, file, token', async () => {
    expect(await refusal('hf://acme/nothing/model.onnx', [], env)).toContain(
      'access was refused (401). Check owner, repository and revision. The token in HF_TOKEN',
    );
    expect(await refusal('hf://acme/helmets/onnx/model.onnx', [], { HF_ENDPOINT: hub.url })).toContain('set HF_TOKEN to a token that may read it');
    expect(await refusal('hf://acme/silent/onnx/model.onnx@nowhere', [], env)).toBe(
      `hf://acme/silent, revision nowhere does not exist (404). Check owner, repository and revision. The token in HF_TOKEN may not read it; a gated model must be requested on its page first.`,
    );
    expect(await refusal('hf://acme/silent/model.onnx', [], env)).toBe(
      'acme/silent has no file model.onnx at revision main; its .onnx files: onnx/model.onnx.',
    );
  });

  it('is added with a refused licence once that is accepted, which the card keeps', async () => {
    const { said, manifest } = await run('accepted', 'hf://acme/agpl/onnx/model.onnx', ['--accept-licence'], env);
    expect(said).toContain('Accepted with --accept-licence.');
    expect(manifest).toMatchObject({ licence: 'agpl-3.0' });
    expect(readFileSync(join(models, 'accepted', 'v1', 'card.md'), 'utf8')).toContain('These weights are under AGPL-3.0');
  });
});

describe('a model of a web server', () => {
  let files: StandIn;
  beforeAll(async () => {
    files = await kept(
      startFiles(
        new Map<string, Uint8Array | string>([
          ['/mit/helmets.onnx', model],
          ['/mit/LICENSE', mit],
          ['/bare/helmets.onnx', model],
          ['/bare/page.onnx', '<!doctype html>'],
          ['/bare/stated.onnx', tinyYolov8({ names, license: 'BSD-3-Clause' })],
          ['/bare/ultralytics.onnx', tinyYolov8(ultralytics)],
          ['/odd/helmets.onnx', model],
          ['/odd/LICENSE', 'You may do what we say.'],
        ]),
      ),
    );
  });

  it('has the licence of the file beside it, and its query is kept out of everything', async () => {
    const { said, manifest } = await run('web', `${files.url}/mit/helmets.onnx?signature=secret`, ['--sha256', sha256(model)]);
    expect(manifest).toMatchObject({ name: 'helmets', licence: 'MIT', origin: { address: `${files.url}/mit/helmets.onnx`, sha256: sha256(model) } });
    expect(said).toContain('Licence: MIT (the file LICENSE beside it).');
    expect(said).toContain(`sha256 ${sha256(model)} (as expected)`);
    expect(said + JSON.stringify(manifest)).not.toContain('secret');
  });

  it('has the licence that its metadata states', async () => {
    expect((await run('stated', `${files.url}/bare/stated.onnx`)).manifest).toMatchObject({ licence: 'BSD-3-Clause' });
  });

  it.each<[string, string, readonly string[], string]>([
    ['no licence', '/bare/helmets.onnx', [], 'No licence is stated for'],
    ['a licence text that is not recognised', '/odd/helmets.onnx', [], 'No licence is stated for'],
    ['AGPL in its metadata', '/bare/ultralytics.onnx', ['--licence', 'MIT'], "is AGPL-3.0 License (https://ultralytics.com/license) (the file's metadata)"],
    ['code that may not run', '/mit/none.pt', [], 'none.pt is not loaded: files of PyTorch hold code'],
    ['a file that is no ONNX', '/bare/page.onnx', [], 'page.onnx: expected an ONNX model, found a web page'],
    ['another hash', '/mit/helmets.onnx', ['--sha256', '0'.repeat(64)], `expected sha256 ${'0'.repeat(64)}, found ${sha256(model)}. Nothing was imported.`],
    ['a file that is not there', '/mit/none.onnx', [], '/mit/none.onnx does not exist (404).'],
    [
      'an announced length over the limit',
      '/mit/helmets.onnx',
      ['--max-bytes', '1000'],
      `expected at most 1,000 bytes (--max-bytes), found ${model.length.toLocaleString('en')}.`,
    ],
  ])('is refused for %s', async (_why, path, args, sentence) => {
    expect(await refusal(files.url + path, args)).toContain(sentence);
  });

  it('is refused before it is asked for when the command is wrong', async () => {
    const asked = files.received.length;
    expect(await refusal(`${files.url}/mit/helmets.onnx`, ['--resize', 'crop'])).toContain('--resize is for models of the kind classification');
    expect(await refusal(`${files.url}/mit/helmets.onnx`, ['--sha256', 'abc'])).toBe('--sha256: expected 64 hexadecimal digits.');
    expect(await refusal(`${files.url}/mit/helmets.zip`)).toContain('The address must name a file ending in .onnx or .pt; found "helmets.zip"');
    expect(files.received).toHaveLength(asked);
  });

  it.each([
    ['http://example.org/m.onnx', 'SOURCE: expected https, found http://example.org/m.onnx; http works only on this machine.'],
    ['https://user:secret@example.org/m.onnx', 'SOURCE: expected an address without user and password.'],
    ['ftp://example.org/m.onnx', "SOURCE: expected hf://, https://, s3:// or oci://; for a file on this machine there is 'models import'."],
    ['hf://acme/model.onnx', "Expected hf://owner/repo/file.onnx or hf://owner/repo/file.onnx@revision, found 'hf://acme/model.onnx'."],
    ['hf://acme/../model.onnx', "Expected hf://owner/repo/file.onnx or hf://owner/repo/file.onnx@revision, found 'hf://acme/../model.onnx'."],
    ['oci://registry.example.org', "Expected oci://registry/repository:tag or oci://registry/repository@sha256:…, found 'oci://registry.example.org'."],
    ['https://example.org/%FF.onnx', 'SOURCE: expected an address whose path is UTF-8, found /%FF.onnx.'],
    ['s3://bucket', "Expected s3://bucket/path/model.onnx, found 's3://bucket'."],
  ])('the address %s is refused', async (source, sentence) => {
    expect(await refusal(source)).toBe(sentence);
  });
});

describe('a server that misbehaves', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await kept(
      startStandIn((_request, response, path) => {
        const redirect = (location: string) => response.writeHead(302, { location }).end();
        if (path === '/endless.onnx') {
          // No length, and more than any limit.
          const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(more)));
          more();
        } else if (path === '/cut.onnx') {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('half', () => response.destroy());
        } else if (path === '/silent.onnx') response.writeHead(200, { 'content-length': '1000' }).flushHeaders();
        else if (path === '/loop.onnx') redirect('/loop.onnx');
        else if (path === '/plain.onnx') redirect('http://example.org/m.onnx');
        else if (path === '/file.onnx') redirect('file:///etc/passwd');
        else if (path === '/user.onnx') redirect('https://user:secret@example.org/m.onnx');
        else if (path === '/busy.onnx') response.writeHead(503).end();
        else if (path === '/denied.onnx') response.writeHead(403).end();
        else sendJson(response, {}, 404);
      }),
    );
  });

  it.each([
    ['/endless.onnx', 'endless.onnx: expected at most 1,000,000 bytes (--max-bytes), found more.'],
    ['/cut.onnx', 'cut.onnx: the connection broke after '],
    ['/loop.onnx', 'redirects more than 5 times.'],
    ['/plain.onnx', 'redirects to http://example.org/m.onnx, which is refused: the download would leave TLS.'],
    ['/file.onnx', 'which is refused: expected https.'],
    ['/user.onnx', 'which is refused: it holds a user or a password.'],
    ['/busy.onnx', 'expected status 200, found 503; try again later.'],
    ['/denied.onnx', 'access was refused (403).'],
  ])('%s', async (path, sentence) => {
    const said = await refusal(server.url + path, ['--max-bytes', '1000000', '--licence', 'MIT']);
    expect(said).toContain(sentence);
    expect(said).not.toContain('secret');
  });

  it('is left at the deadline', async () => {
    expect(await refusal(`${server.url}/silent.onnx`, ['--timeout', '1', '--licence', 'MIT'])).toBe(
      'silent.onnx took too long; --timeout SECONDS allows more.',
    );
  });

  it('that cannot be reached is named', async () => {
    const gone = await startFiles(new Map());
    await gone.close();
    expect(await refusal(`${gone.url}/m.onnx`, ['--licence', 'MIT'])).toBe(`${new URL(gone.url).host} cannot be reached (ECONNREFUSED).`);
  });
});

describe('a model of an OCI registry', () => {
  const licensed = { 'org.opencontainers.image.licenses': 'Apache-2.0' };
  const layers = [
    { bytes: model, title: 'helmets.onnx' },
    { bytes: Buffer.from('# Helmets'), title: 'README.md' },
  ];
  const name = (url: string, reference = ':1.0') => `oci://${new URL(url).host}/acme/helmets${reference}`;
  const start = (options: Partial<Parameters<typeof startRegistry>[0]> = {}) =>
    kept(startRegistry({ repository: 'acme/helmets', layers, annotations: licensed, ...options }));

  it('is imported by the digest of its manifest, with a token that its storage never gets', async () => {
    const storage = await kept(startFiles(new Map([['/blob', model]])));
    const registry = await start({ login: { user: 'me', password: 'secret' }, storage: storage.url });
    const { said, manifest } = await run('artefact', name(registry.url), [], { OCI_USERNAME: 'me', OCI_PASSWORD: 'secret' });
    expect(manifest).toMatchObject({
      name: 'helmets',
      licence: 'Apache-2.0',
      origin: { address: name(registry.url, `@${registry.digest}`), revision: registry.digest, sha256: sha256(model) },
    });
    expect(said).not.toMatch(/secret|pull-token/);
    expect(storage.received).toEqual([{ path: '/blob', authorization: undefined }]);
    // The challenge asked for a scope that could write.
    expect(registry.received.find(({ path }) => path.startsWith('/token'))!.path).toContain('scope=repository%3Aacme%2Fhelmets%3Apull');
  });

  it('is read with what docker login has kept, and by its digest', async () => {
    const registry = await start({ login: { user: 'me', password: 'secret' }, annotations: {} });
    const home = mkdtempSync(join(folder, 'docker-'));
    const auth = Buffer.from('me:secret').toString('base64');
    writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [new URL(registry.url).host]: { auth } } }));
    // The licence is read only after the manifest, for which a token was needed.
    expect(await refusal(name(registry.url, `@${registry.digest}`), [], { DOCKER_CONFIG: home })).toContain('No licence is stated for oci://');
  });

  it.each<[string, Partial<Parameters<typeof startRegistry>[0]>, string, string]>([
    ['no right to read', { login: { user: 'other', password: 'x' } }, ':1.0', 'gave no token for acme/helmets (401): log in with'],
    ['another tag', {}, ':2.0', 'does not exist (404). Check repository and tag'],
    ['another digest', {}, `@sha256:${'0'.repeat(64)}`, 'does not exist (404)'],
    [
      'two models',
      { layers: [layers[0]!, { bytes: Buffer.from('x'), title: 'small.onnx' }] },
      ':1.0',
      'has 2 layers, 2 of them named *.onnx; expected one model',
    ],
    ['an image', { layers: [{ bytes: model, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }] }, ':1.0', 'expected a layer that is a file'],
    ['its licence', { annotations: { 'org.opencontainers.image.licenses': 'AGPL-3.0-only' } }, ':1.0', 'is AGPL-3.0-only (the annotation'],
  ])('is refused for %s', async (_why, options, reference, sentence) => {
    const registry = await start(options);
    expect(await refusal(name(registry.url, reference), [], { DOCKER_CONFIG: folder })).toContain(sentence);
  });

  it('is refused when its bytes are not those of the digest', async () => {
    const storage = await kept(startFiles(new Map([['/blob', Buffer.alloc(model.length)]])));
    const registry = await start({ storage: storage.url });
    expect(await refusal(name(registry.url), [], { DOCKER_CONFIG: folder })).toContain(
      `expected sha256 ${sha256(model)}, found ${sha256(Buffer.alloc(model.length))}`,
    );
  });
});

describeWithParts('a model in a bucket', ['versitygw'], () => {
  let server: RealServer;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    server = await startS3('models');
    env = {
      S3_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      AWS_DEFAULT_REGION: s3Region,
    };
    const store = await openStore('s3://models', { endpoint: server.url, region: s3Region, credentials: s3Credentials });
    await store.put('vision/helmets.onnx', model);
    await store.put('agpl/LICENSE', Buffer.from('GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3'));
    await store.put('agpl/helmets.onnx', model);
    await store.put('bare.onnx', model);
    await store.close();
    // Where the AWS SDK looks for credentials.
    Object.assign(process.env, env);
  });
  afterAll(async () => {
    for (const name of Object.keys(env)) delete process.env[name];
    await server.remove();
  });

  it('is imported with the licence that the command states', async () => {
    const { manifest } = await run('bucket', 's3://models/vision/helmets.onnx', ['--sha256', sha256(model), '--licence', 'CC-BY-4.0'], env);
    expect(manifest).toMatchObject({ licence: 'CC-BY-4.0', origin: { address: 's3://models/vision/helmets.onnx', sha256: sha256(model) } });
  });

  it.each<[string, string, readonly string[], string]>([
    ['no licence', 's3://models/bare.onnx', [], 'No licence is stated for s3://models/bare.onnx.'],
    ['the licence beside it', 's3://models/agpl/helmets.onnx', [], 'is AGPL-3.0-only (the object LICENSE beside it)'],
    ['its size', 's3://models/bare.onnx', ['--max-bytes', '100'], 'bare.onnx: expected at most 100 bytes (--max-bytes)'],
    ['its absence', 's3://models/none.onnx', [], 's3://models/none.onnx does not exist.'],
    ['the absence of its bucket', 's3://nothing/none.onnx', ['--licence', 'MIT'], 'cannot be read (NoSuchBucket'],
  ])('is refused for %s', async (_why, source, args, sentence) => {
    expect(await refusal(source, args, env)).toContain(sentence);
  });
});
