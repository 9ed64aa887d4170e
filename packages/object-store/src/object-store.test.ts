import { describeWithParts, s3Credentials as credentials, s3Region as region, startS3 } from '@facet/testkit';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, streamObject, type ObjectStore } from './index.ts';

interface Kind {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

async function folder(): Promise<Kind> {
  const directory = await mkdtemp(join(tmpdir(), 'store-'));
  return { store: await openStore(join(directory, 'objects')), close: async () => rm(directory, { recursive: true }) };
}

async function bucket(): Promise<Kind> {
  const server = await startS3('samples');
  const store = await openStore('s3://samples/some/where/', { endpoint: server.url, region, credentials });
  return { store, close: async () => server.remove() };
}

function behavesAsAStore(open: () => Promise<Kind>): void {
  let kind: Kind;
  beforeAll(async () => {
    kind = await open();
  });
  afterAll(async () => {
    await kind.store.close();
    await kind.close();
  });

  async function keys(prefix?: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of kind.store.list(prefix)) found.push(key);
    return found;
  }

  test('gives back what was put, lists it by prefix, forgets what was removed', async () => {
    const { store } = kind;
    expect(await keys()).toEqual([]);
    await store.put('b/2.json', Buffer.from('two'), 'application/json');
    await store.put('a/1.json', Buffer.from('one'));
    await store.put('b/2.json', Buffer.from('two again'));
    expect((await store.get('b/2.json'))?.toString()).toBe('two again');
    expect(await store.get('b/3.json')).toBeUndefined();
    expect(await keys()).toEqual(['a/1.json', 'b/2.json']);
    expect(await keys('b/')).toEqual(['b/2.json']);
    await store.remove('a/1.json');
    await store.remove('a/1.json');
    expect(await keys()).toEqual(['b/2.json']);
  });

  test('creates an object once, however many want to', async () => {
    const { store } = kind;
    const tried = await Promise.all(Array.from({ length: 8 }, (_, index) => store.create('c/once', Buffer.from(String(index)))));
    expect(tried.filter(Boolean)).toHaveLength(1);
    expect((await store.get('c/once'))?.toString()).toBe(String(tried.indexOf(true)));
    expect(await store.create('c/once', Buffer.from('late'))).toBe(false);
    expect(await keys('c/')).toEqual(['c/once']);
    await store.remove('c/once');
  });

  test('removes an object for everybody who wants it gone at the same time', async () => {
    const { store } = kind;
    for (let round = 0; round < 30; round++) {
      await store.put('r/shared', Buffer.from('x'));
      await Promise.all(Array.from({ length: 10 }, async () => store.remove('r/shared')));
    }
    expect(await keys('r/')).toEqual([]);
  });

  test('lists on from a key', async () => {
    const { store } = kind;
    for (const key of ['d/1', 'd/2', 'd/3']) await store.put(key, Buffer.from(key));
    const found: string[] = [];
    for await (const { key } of store.list('d/', 'd/1')) found.push(key);
    expect(found).toEqual(['d/2', 'd/3']);
    for (const key of found) await store.remove(key);
    await store.remove('d/1');
  });

  test('says how large and how old an object is', async () => {
    await kind.store.put('size', Buffer.alloc(70_000));
    for await (const object of kind.store.list('size')) {
      expect(object.bytes).toBe(70_000);
      expect(Math.abs(object.modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
  });
}

describe('a store in a folder', () => behavesAsAStore(folder));
describeWithParts('a store in a bucket', ['versitygw'], () => {
  behavesAsAStore(bucket);

  test('streams one object, which can be left half-way', async () => {
    const server = await startS3('models');
    const settings = { endpoint: server.url, region, credentials };
    const store = await openStore('s3://models/some', settings);
    await store.put('large', Buffer.alloc(5_000_000, 'x'));
    const found = (await streamObject('s3://models/some/large', settings))!;
    expect(found.bytes).toBe(5_000_000);
    let bytes = 0;
    for await (const chunk of found.body) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(5_000_000);
    const left = (await streamObject('s3://models/some/large', settings))!;
    left.body.destroy();
    await once(left.body, 'close');
    expect(await streamObject('s3://models/some/none', settings)).toBeUndefined();
    await expect(streamObject('s3://models', settings)).rejects.toThrow('expected s3://bucket/key');
    await store.close();
    await server.remove();
  });

  test('knows its own object when the answer to the write that made it got lost', async () => {
    const server = await startS3('samples');
    let writes = 0;
    const forgetful = createServer((question, answer) => {
      const { hostname, port } = new URL(server.url);
      const { method, url, headers } = question;
      const forwarded = request({ host: hostname, port, method, path: url, headers }, (reply) => {
        if (method === 'PUT' && ++writes === 1) {
          reply.resume().on('end', () => answer.destroy());
          return;
        }
        answer.writeHead(reply.statusCode!, reply.headers);
        reply.pipe(answer);
      });
      question.pipe(forwarded);
    });
    await once(forgetful.listen(0, '127.0.0.1'), 'listening');
    const { port } = forgetful.address() as AddressInfo;
    const store = await openStore('s3://samples', { endpoint: `http://127.0.0.1:${port}`, region, credentials });
    expect(await store.create('mine', Buffer.from('first'))).toBe(true);
    expect(writes).toBe(2);
    expect(await store.create('mine', Buffer.from('second'))).toBe(false);
    expect((await store.get('mine'))?.toString()).toBe('first');
    await store.close();
    forgetful.close();
    await server.remove();
  });
});

test('a key cannot leave the folder', async () => {
  const { store, close } = await folder();
  await expect(store.put('../outside', Buffer.from('x'))).rejects.toThrow('not a key of this store');
  await expect(store.get('/etc/passwd')).rejects.toThrow('not a key of this store');
  await close();
});

test('an address of another kind is refused with what was expected', async () => {
  await expect(openStore('gs://bucket')).rejects.toThrow('expected s3://bucket/prefix or a folder');
});
