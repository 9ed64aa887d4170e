import { parseReference } from '../../../../packages/drift/src/index.ts';
import { runAudit } from '../../../../packages/audit/src/run-audit.ts';
import type { DriftStatus, Experiments, ListedSample, SampleList } from '@facet/contracts';
import { inParallel } from '@facet/testkit';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { exportSamples } from '../../../../scripts/samples/export.ts';
import { importSamples } from '../../../../scripts/samples/import.ts';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { OwnFolder } from './folder.ts';
import { startSuite, type StartedSuite } from './start-suite.ts';
import { ownTasks, type Answer, type Input, type OwnTask } from './tasks.ts';

// Six models are imported and suites of four processes started, on machines that may be busy.
jest.setTimeout(600_000);

const names = ownTasks.map(({ task }) => task);
const prefixOf = (task: string): string => `TASK_${task.toUpperCase().replaceAll('-', '_')}`;

const folder = new OwnFolder();
const samples = join(folder.path, 'samples');
const audits = join(folder.path, 'audit');
beforeAll(async () => {
  await Promise.all(ownTasks.map((own) => folder.bring(own)));
});
afterAll(() => rmSync(folder.path, { recursive: true }));

let suite: StartedSuite;

interface Asked {
  readonly key?: string;
  readonly body?: Input | object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, { key, body, headers }: Asked = {}): Promise<Response> {
  const isInput = (value: Input | object): value is Input => 'bytes' in value;
  const sent = body && (isInput(body) ? { bytes: body.bytes, type: body.type } : { bytes: JSON.stringify(body), type: 'application/json' });
  return fetch(`${suite.url}${path}`, {
    ...(sent && { method: 'POST', body: new Uint8Array(Buffer.from(sent.bytes)) }),
    headers: { ...(key !== undefined && { 'x-api-key': key }), ...(sent && { 'content-type': sent.type }), ...headers },
  });
}

async function read<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await ask(path, asked);
  const text = await response.text();
  expect({ path, status: response.status, text: response.ok ? '' : text }).toEqual({ path, status: 200, text: '' });
  return JSON.parse(text) as T;
}

/** Asks again until something holds; gives back what was read last. */
async function until<T>(what: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  let value = await what();
  for (let tries = 0; tries < 300 && !holds(value); tries += 1) {
    await sleep(50);
    value = await what();
  }
  expect(holds(value)).toBe(true);
  return value;
}

describe('tasks of their user, from files to all that the suite has', () => {
  const keys = {
    admin: makeKey(),
    ...Object.fromEntries(names.flatMap((name) => [[name, makeKey()] as const, [`slow-${name}`, makeKey()] as const])),
  } as Record<string, string>;
  beforeAll(async () => {
    const key = (id: string, more: object) => ({ id, hash: hashKey(keys[id]!), ...more });
    const entries = [
      key('admin', { scopes: ['*', 'admin'] }),
      ...names.flatMap((name) => [key(name, { scopes: [name] }), key(`slow-${name}`, { scopes: [name], ratePerSecond: 0.001, burst: 2 })]),
    ];
    const keysFile = join(folder.path, 'keys.json');
    writeFileSync(keysFile, JSON.stringify({ keys: entries }));
    suite = await startSuite(names.length, {
      MODELS_DIR: folder.models,
      API_KEYS_FILE: keysFile,
      ...Object.fromEntries(
        ownTasks.map(({ task, weights }) => [
          `${prefixOf(task)}_AB_WEIGHTS`,
          Object.entries(weights)
            .map(([version, share]) => `${version}=${share * 100}`)
            .join(','),
        ]),
      ),
      CACHE: 'memory',
      SHADOW_SHARE: '1',
      STATE_DIR: 'none',
      LABELLING: 'true',
      SAMPLES_DIR: samples,
      UNCERTAINTY_THRESHOLD: '0',
      SAMPLES_MAX_PER_SECOND: '10000',
      OBSERVE_MAX_PER_SECOND: '100000',
      DRIFT_FALSE_ALARM_EVERY: '1000',
      AUDIT: 'hash',
      AUDIT_TO: audits,
    });
  });
  afterAll(() => suite.stop());

  it('are the tasks of the suite', async () => {
    const { services } = await read<{ services: object }>('/health');
    expect(services).toMatchObject(Object.fromEntries(ownTasks.map(({ task, kind, title }) => [task, { status: 'healthy', kind, title }])));
    const { paths } = await read<{ paths: object }>('/openapi.json');
    for (const name of names)
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining([`/${name}/predict`, `/${name}/v2/predict`, `/${name}/ensemble/predict`, `/${name}/stream`, `/${name}/samples`]),
      );
    expect(await read('/v2/models', { key: keys['admin']! })).toEqual({ models: names });
    const status = await (await ask('/status', { key: keys['admin']!, headers: { accept: 'text/html' } })).text();
    for (const name of names) expect(status).toContain(`${name}/v2@sha256:`);
    expect((await ask('/docs')).status).toBe(200);
  });

  describe.each(ownTasks.map((own) => [own.task, own] as const))('%s', (task, own: OwnTask) => {
    const key = keys[task]!;
    const admin = keys['admin']!;
    const first = own.declared.labels[0]!;
    const predict = (path: string, body: Input, headers: Readonly<Record<string, string>> = {}) => read<Answer>(`/${task}${path}`, { key, body, headers });

    it('answers at each of its paths, in its own classes', async () => {
      const body = await own.input(1000, 0);
      for (const [path, version] of [
        ['/v1/predict', 'v1'],
        ['/v2/predict', 'v2'],
        ['/predict', expect.stringMatching(/^v[123]$/) as string],
      ] as const) {
        const answer = await predict(path, body);
        expect(answer.version).toEqual(version);
        expect(own.classesIn(answer)).toContain(first);
      }
      const info = await read<object>(`/${task}/model_info`, { key });
      expect(JSON.stringify(info)).toContain(JSON.stringify(own.declared.labels));
      const { outputs } = await read<{ outputs: { data: number[] }[] }>(`/v2/models/${task}/versions/1/infer`, {
        key,
        body: {
          inputs: [
            {
              name: own.encoded,
              shape: [1],
              datatype: 'BYTES',
              data: [own.encoded === 'image' ? body.bytes.toString('base64') : body.bytes.toString('utf8')],
            },
          ],
        },
      });
      expect(outputs[0]!.data.length).toBeGreaterThan(0);
      expect((await ask(`/${task}/metrics`, { key: admin })).status).toBeLessThan(500);
    });

    it('has a scope of its own, and its keys their rates', async () => {
      const body = await own.input(1001, 0);
      const other = keys[names.find((name) => name !== task)!]!;
      expect((await ask(`/${task}/v1/predict`, { body })).status).toBe(401);
      expect((await ask(`/${task}/v1/predict`, { body, key: other })).status).toBe(403);
      const slow = () => ask(`/${task}/v1/predict`, { body, key: keys[`slow-${task}`]! });
      expect([(await slow()).status, (await slow()).status]).toEqual([200, 200]);
      const refused = await slow();
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    });

    it('has the limits that it declares', async () => {
      const { bodyMaxBytes } = own.declared.limits!;
      const large = { bytes: Buffer.alloc(bodyMaxBytes! + 1), type: own.golden.type };
      expect((await ask(`/${task}/predict`, { key, body: large })).status).toBe(413);
      expect(own.shows.field(await predict('/v1/predict', await own.input(1002, 0)))).toBe(own.shows.declared);
    });

    it('answers equal inputs from the cache', async () => {
      const body = await own.input(1003, 0);
      const cached = async () => (await ask(`/${task}/v1/predict`, { key, body })).headers.get('x-cache');
      expect(await cached()).toBe('miss');
      await until(cached, (value) => value === 'hit');
    });

    it('answers batches, each item alone', async () => {
      const items = await Promise.all([own.input(1004, 0), own.input(1005, 1)]);
      const encoded = items.map(({ bytes, type }) =>
        type === 'application/json' ? (JSON.parse(bytes.toString()) as object) : { image: bytes.toString('base64') },
      );
      const answer = await read<{ results: { result?: Answer; problem?: object }[] }>(`/${task}/batch/predict`, {
        key,
        headers: { 'x-model-version': 'v1' },
        body: { items: [...encoded, {}] },
      });
      expect(answer).toMatchObject({ succeeded: 2, failed: 1, results: [{}, {}, { problem: { status: 422 } }] });
      expect(own.classesIn(answer.results[0]!.result!)).toContain(first);
    });

    it('answers with all of its versions together', async () => {
      const answer = await predict('/ensemble/predict', await own.input(1006, 0));
      expect(answer.version).toBe('ensemble');
      expect(own.classesIn(answer)).toContain(first);
    });

    it('answers streams', async () => {
      const input = await own.input(1007, 0);
      const socket = new WebSocket(`${suite.url.replace(/^http/, 'ws')}/${task}/stream?version=v1`, { headers: { 'x-api-key': key } });
      const messages: (Answer & { type: string })[] = [];
      socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString('utf8')) as Answer & { type: string }));
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.send(input.type === 'application/json' ? input.bytes.toString('utf8') : input.bytes);
      await until(
        () => Promise.resolve(messages),
        ({ length }) => length === 2,
      );
      expect(messages.map(({ type }) => type)).toEqual(['hello', 'answer']);
      expect(own.classesIn(messages[1]!)).toContain(first);
      socket.close();
    });

    it('divides requests among its versions, keeps users on theirs, and compares the versions', async () => {
      const body = await own.input(1008, 0);
      const versionOf = async (user: string) => (await ask(`/${task}/predict`, { key, body, headers: { 'x-user-id': user } })).headers.get('x-model-version');
      // Hands cost the least.
      const users = Array.from({ length: own.kind === 'gesture' ? 2000 : 24 }, (_, index) => `user-${index}`);
      const [once, again] = [await inParallel(users, 16, versionOf), await inParallel(users.slice(0, 200), 16, versionOf)];
      expect(again).toEqual(once.slice(0, 200));
      expect(new Set(once)).toEqual(new Set(Object.keys(own.weights)));
      for (const [version, share] of Object.entries(own.weights)) {
        const [expected, deviation] = [users.length * share, Math.sqrt(users.length * share * (1 - share))];
        // The same users each time, and thus the same counts: three standard deviations need no margin.
        expect(Math.abs(once.filter((each) => each === version).length - expected)).toBeLessThan(3 * deviation);
      }
      const compared = await until(
        async () => {
          await predict('/predict', await own.input(1100 + Math.floor(Math.random() * 200), 0));
          return (await read<{ services: Record<string, Experiments> }>('/experiments', { key: admin })).services[task]!;
        },
        ({ agreement: [pair] }) => (pair?.compared ?? 0) > 2,
      );
      expect(compared.sample_ratio.expected).toEqual(own.weights);
      expect(compared.agreement[0]!.agreed).toBeGreaterThan(0);
    });

    it('watches for drift from its user’s own reference', async () => {
      const written = parseReference(readFileSync(join(folder.models, task, 'v1', 'reference.json'), 'utf8'), task);
      expect(written).toMatchObject({ task, version: 'v1', samples: 30 });
      // Boxes have no one class to be right about.
      if (own.kind !== 'detection') expect(written.reliability!.reduce((sum, { n, accuracy }) => sum + n * accuracy, 0)).toBeCloseTo(30);
      const drift = async () => (await read<DriftStatus>(`/${task}/drift/status`, { key: admin })).versions['v1']!;
      expect((await drift()).reference).toMatchObject({ source: written.source, samples: 30 });
      let sent = 0;
      await until(
        async () => {
          for (const end = sent + 5; sent < end; sent += 1) await predict('/v1/predict', await own.drifted(sent));
          return drift();
        },
        // As many as a new reference is made of.
        ({ state, observed }) => state === 'drift' && observed >= 20,
      );
      expect(sent).toBeLessThan(100);
      await read(`/${task}/reference/update`, { key: admin, body: { version: 'v1' } });
      expect(await drift()).toMatchObject({ state: 'watching', alarm: null });
    });

    it('keeps samples, which are labelled and exported', async () => {
      const list = await until(
        () => read<SampleList>(`/${task}/samples?limit=100`, { key: admin }),
        ({ samples: waiting }) => waiting.length > 2,
      );
      expect(list).toMatchObject({ task, kind: own.kind, labels: own.declared.labels });
      const [one, other] = list.samples as [ListedSample, ListedSample];
      expect((await ask(`/${task}/samples/${one.id}/input`, { key: admin })).headers.get('content-type')).toContain(own.golden.type.split('/')[0]);
      await read(`/${task}/samples/${one.id}/label`, { key: admin, body: { verdict: 'correct', truth: own.truth } });
      await read(`/${task}/samples/${other.id}/label`, { key: admin, body: { verdict: 'accept' } });
      expect(
        (await ask(`/${task}/samples/${list.samples[2]!.id}/label`, { key: admin, body: { verdict: 'correct', truth: { label: 'no class' } } })).status,
      ).toBe(422);
      for (const [format, file] of Object.entries(own.exports)) {
        const to = join(folder.path, 'exported', task, format);
        expect(await folder.run(exportSamples, '--task', task, '--from', samples, '--to', to, '--format', format)).toBe(0);
        expect(folder.said.at(-1)).toContain(`2 labelled samples of ${task} are in`);
        expect(existsSync(join(to, file))).toBe(true);
      }
    });

    it('has a record of each prediction that nothing was taken from', async () => {
      const body = await own.input(1009, 0);
      await ask(`/${task}/v1/predict`, { key, body, headers: { 'x-request-id': `look-for-${task}` } });
      const records = () =>
        readdirSync(audits, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.jsonl'))
          .map((name) => readFileSync(join(audits, name), 'utf8'))
          .join('');
      const text = await until(
        () => Promise.resolve(records()),
        (all) => all.includes(`look-for-${task}`),
      );
      const line = text.split('\n').find((each) => each.includes(`look-for-${task}`))!;
      expect(JSON.parse(line)).toMatchObject({
        record: { kind: 'prediction', model: expect.stringContaining(`${task}/v1@sha256:`) as string },
        personal: { caller: task },
      });
    });
  });

  it('keeps the audit whole', async () => {
    const lines: string[] = [];
    expect(await runAudit(['verify', audits], (line) => lines.push(line))).toBe(0);
    expect(lines.join('\n')).toMatch(/ok: \d+ records/);
  });

  it('takes corrected boxes back from COCO', async () => {
    const file = join(folder.path, 'exported', 'blood-cells', 'coco', 'instances.json');
    const coco = JSON.parse(readFileSync(file, 'utf8')) as { annotations: { bbox: number[] }[] };
    coco.annotations[0]!.bbox = [20, 20, 30, 30];
    writeFileSync(file, JSON.stringify(coco));
    expect(await folder.run(importSamples, '--task', 'blood-cells', '--from', file, '--to', samples)).toBe(0);
    expect(folder.said.at(-1)).toBe('Imported labels of blood-cells: 0 new, 1 changed, 1 unchanged.');
    await expect(folder.run(importSamples, '--task', 'flowers', '--from', file, '--to', samples)).rejects.toThrow('have no boxes');
  });
});

describe('what a task declares gives way to settings', () => {
  beforeAll(async () => {
    const settings = ownTasks.flatMap(({ task, settings: own }) => Object.entries(own).map(([name, value]) => [`${prefixOf(task)}_${name}`, value] as const));
    suite = await startSuite(names.length, {
      MODELS_DIR: folder.models,
      MODEL_VERSIONS: 'v1',
      STATE_DIR: 'none',
      SAMPLES_DIR: 'none',
      ...Object.fromEntries(settings),
    });
  });
  afterAll(() => suite.stop());

  it.each(ownTasks.map((own) => [own.task, own] as const))('%s', async (task, own: OwnTask) => {
    const { settings, declared, shows, classesIn, golden } = own;
    const { services } = await read<{ services: Record<string, { title: string }> }>('/health');
    expect(services[task]!.title).toBe(settings['TITLE']);
    const sized = async (bytes: number) => (await ask(`/${task}/predict`, { body: { bytes: Buffer.alloc(bytes), type: golden.type } })).status;
    expect(await sized(declared.limits!.bodyMaxBytes! + 1)).not.toBe(413);
    expect(await sized(Number(settings['BODY_MAX_BYTES']) + 1)).toBe(413);
    const answer = await read<Answer>(`/${task}/predict`, { body: await own.input(0, 0) });
    expect(classesIn(answer)).toContain((JSON.parse(settings['LABELS']!) as string[])[0]);
    expect(shows.field(answer)).toBe(shows.overridden);
  });

  it('option by option, in the docs of the gateway as well', async () => {
    interface Parameter {
      readonly name: string;
      readonly schema?: { readonly default?: unknown };
    }
    const { paths } = await read<{ paths: Record<string, { post: { parameters: Parameter[] } }> }>('/openapi.json');
    const defaults = Object.fromEntries(paths['/blood-cells/predict']!.post.parameters.map(({ name, schema }) => [name, schema?.default]));
    expect(defaults).toMatchObject({ conf_threshold: 0.5, max_detections: 250 });
  });
});
