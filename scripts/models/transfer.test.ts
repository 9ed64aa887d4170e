import { describeWithParts, locateProgram, s3Credentials, s3Region, startS3, type RealServer } from '@facet/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInVersions } from '../../packages/contracts/src/index.ts';
import type { Command } from './command.ts';
import { modelsDir } from './folders.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';

const shipped = modelsDir(undefined, {});
const shaOf = (version: string) => (JSON.parse(readFileSync(join(shipped, 'gesture', version, 'manifest.json'), 'utf8')) as { sha256: string }).sha256;

/** One kind of store: its address, and how it is reached. */
interface Place {
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  /** Overwrites what lies under a key. */
  damage(key: string, bytes: string): void;
}

function behaves(open: () => Promise<Place>): void {
  const here = mkdtempSync(join(tmpdir(), 'facet-transfer-'));
  let place: Place;
  beforeAll(async () => {
    place = await open();
    // Where the AWS SDK looks for credentials.
    Object.assign(process.env, place.env);
  });
  afterAll(() => {
    for (const name of Object.keys(place.env)) delete process.env[name];
    rmSync(here, { recursive: true });
  });

  const run = async (command: Command, ...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const add = (line: string) => void lines.push(line);
    await command.run(args, { env: place.env, print: add, note: add });
    return lines.join('\n');
  };

  /** What an init container does, as a process of its own. */
  const initContainer = async (env: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> => {
    const { args, cwd } = locateProgram('gesture');
    const child = spawn(process.execPath, [...args, 'pull-models'], {
      cwd,
      env: { PATH: process.env['PATH'], MODELS_URL: place.address, ...place.env, ...env },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, said };
  };

  it('pushes sound models, and pulls the same into another folder', async () => {
    expect(await run(push, place.address, '--task', 'gesture', '--models-dir', shipped)).toMatch(/gesture\/v1@sha256:.* pushed to .*\ngesture\/v2@/);
    const folder = join(here, 'pulled');
    expect(await run(pull, place.address, '--models-dir', folder)).toMatch(new RegExp(`gesture/v1@sha256:${shaOf('v1')} pulled from`));
    for (const version of builtInVersions) {
      const files = readdirSync(join(shipped, 'gesture', version), { recursive: true, encoding: 'utf8' });
      expect(readdirSync(join(folder, 'gesture', version), { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(files.toSorted());
    }
    expect(readFileSync(join(folder, 'gesture/v2/card.md'))).toEqual(readFileSync(join(shipped, 'gesture/v2/card.md')));
    expect(await run(pull, place.address, '--models-dir', folder, '--version', 'v2')).toMatch(/^gesture\/v2@\S+ lies there already$/);
    await expect(run(pull, place.address, '--task', 'digit', '--models-dir', folder)).rejects.toThrow(/holds no such model; expected <task>/);
  });

  it('fetches a service’s models before it starts, and ends with one line when the pinned model is another', async () => {
    const folder = join(here, 'pod');
    const pinned = { MODELS_DIR: folder, MODEL_V1_SHA256: shaOf('v1') };
    expect(await initContainer(pinned)).toMatchObject({ code: 0, said: expect.stringMatching(/v1@.* pulled from .*\n.*v2@.* pulled from/) });
    const other = await initContainer({ MODELS_DIR: folder, MODEL_V1_SHA256: shaOf('v2') });
    expect(other).toEqual({
      code: 1,
      said: expect.stringMatching(new RegExp(`^pull-models: .*/gesture/v1 holds sha256 ${shaOf('v1')}, expected ${shaOf('v2')}\\n$`)),
    });
  });

  it('refuses a model that was damaged on the way, and leaves what lay there', async () => {
    const folder = join(here, 'kept');
    cpSync(join(shipped, 'gesture/v2'), join(folder, 'gesture/v1'), { recursive: true });
    place.damage('gesture/v1/model.onnx', 'not a model');
    const damaged = await initContainer({ MODELS_DIR: folder, MODEL_VERSIONS: 'v1' });
    expect(damaged).toEqual({
      code: 1,
      said: expect.stringMatching(/^pull-models: .*gesture\/v1\/model\.onnx is not the model that its manifest describes: .*\n$/),
    });
    expect(readFileSync(join(folder, 'gesture/v1/manifest.json'))).toEqual(readFileSync(join(shipped, 'gesture/v2/manifest.json')));
    expect(readdirSync(join(folder, 'gesture'))).toEqual(['v1']);
  });

  it('says where it looked when there is nothing', async () => {
    const missing = await initContainer({ MODELS_DIR: here, MODELS_URL: `${place.address}/nowhere` });
    expect(missing).toEqual({ code: 1, said: expect.stringMatching(/^pull-models: .*\/nowhere\/gesture\/v1 holds no model: there is no manifest\.json\n$/) });
  });
}

describe('models in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'facet-store-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  behaves(async () => ({ address: folder, env: {}, damage: (key, bytes) => writeFileSync(join(folder, key), bytes) }));

  it('pushes nothing that is damaged', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'facet-broken-'));
    cpSync(join(shipped, 'gesture'), join(broken, 'gesture'), { recursive: true });
    writeFileSync(join(broken, 'gesture/v1/model.onnx'), 'damaged');
    const target = join(broken, 'store');
    await expect(push.run([target, '--models-dir', broken], { env: {}, print: () => undefined, note: () => undefined })).rejects.toThrow(
      /model\.onnx is not the model that its manifest describes/,
    );
    expect(existsSync(target)).toBe(false);
    rmSync(broken, { recursive: true });
  });

  it.each([
    [[], 'Name one place, such as s3://bucket/prefix; found 0.'],
    [['gs://models'], 'gs://models is not the address of a store; expected s3://bucket/prefix or a folder.'],
  ])('%j is refused with a sentence', async (args, message) => {
    await expect(pull.run(args, { env: {}, print: () => undefined, note: () => undefined })).rejects.toMatchObject({ message, exitCode: 2 });
  });
});

describeWithParts('models in a bucket', ['versitygw'], () => {
  let server: RealServer & { directory?: string };
  afterAll(() => server.remove());
  behaves(async () => {
    server = await startS3('models');
    const env = {
      S3_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      AWS_DEFAULT_REGION: s3Region,
    };
    return { address: 's3://models/facet', env, damage: (key, bytes) => writeFileSync(join(server.directory!, 'models', 'facet', key), bytes) };
  });

  it('names what the bucket refused', async () => {
    const wrong = { S3_ENDPOINT: server.url, AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing', AWS_DEFAULT_REGION: s3Region };
    Object.assign(process.env, wrong);
    await expect(pull.run(['s3://models/facet'], { env: wrong, print: () => undefined, note: () => undefined })).rejects.toThrow(/./);
  });
});
