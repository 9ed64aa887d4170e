import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { BodyBudget } from './body-budget.ts';
import type { BodySource } from './body-source.ts';
import { readBody, readRawBody } from './body.ts';

const KiB = 1024;

function source(budget: BodyBudget, headers: Readonly<Record<string, string>> = {}): BodySource & { readonly sent: PassThrough } {
  const sent = new PassThrough({ highWaterMark: 1024 ** 3 });
  return { request: Object.assign(sent, { headers }) as unknown as IncomingMessage, sent, budget, heldBytes: 0 };
}

const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'read',
    (error: { code: string }) => error.code,
  );
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('readBody', () => {
  it.each([
    ['declared', { 'content-length': String(300 * KiB) }, 7],
    ['in chunks', {}, 7],
    ['in tiny chunks', {}, 300 * KiB],
  ])('gives what was sent, %s, and holds no less', async (_how, headers, pieces) => {
    const whole = Buffer.from(Array.from({ length: 300 * KiB }, (_, at) => (at * 7) % 251));
    for (const alignAt of [0, 3]) {
      const budget = new BodyBudget(10 * 1024 * KiB);
      const one = source(budget, headers);
      const read = readRawBody(one, 1024 * KiB, alignAt);
      const size = Math.ceil(whole.length / pieces);
      for (let at = 0; at < whole.length; at += size) one.sent.write(whole.subarray(at, at + size));
      one.sent.end();
      const body = await read;
      expect(body.equals(whole)).toBe(true);
      expect((body.byteOffset + alignAt) % 8).toBe(0);
      expect(budget.heldBytes).toBeGreaterThanOrEqual(whole.length);
      // A flood of tiny pieces costs its bytes, and not an object each.
      expect(budget.heldBytes).toBeLessThan(1.5 * whole.length);
      budget.release(one);
      expect(budget.heldBytes).toBe(0);
    }
  });

  it('holds what has come and not what is declared, and refuses at once what has no room', async () => {
    const budget = new BodyBudget(100 * KiB);
    const slow = source(budget, { 'content-length': String(90 * KiB) });
    const first = readRawBody(slow, 1024 * KiB);
    slow.sent.write(Buffer.alloc(60 * KiB));
    await settled();
    expect(budget.heldBytes).toBe(60 * KiB);
    expect(await code(readRawBody(source(budget, { 'content-length': String(50 * KiB) }), 1024 * KiB))).toBe('overloaded');
    const growing = source(budget);
    const second = code(readRawBody(growing, 1024 * KiB));
    growing.sent.write(Buffer.alloc(50 * KiB));
    expect(await second).toBe('overloaded');
    budget.release(growing);
    slow.sent.end(Buffer.alloc(30 * KiB));
    expect((await first).length).toBe(90 * KiB);
    budget.release(slow);
    expect(budget.heldBytes).toBe(0);
  });

  it('lets one body alone be as large as its own limit', async () => {
    const budget = new BodyBudget(KiB);
    const one = source(budget, { 'content-length': String(300 * KiB) });
    const read = readRawBody(one, 300 * KiB);
    one.sent.end(Buffer.alloc(300 * KiB));
    expect((await read).length).toBe(300 * KiB);
    expect(await code(readRawBody(source(budget, { 'content-length': '1' }), KiB))).toBe('overloaded');
  });

  it('refuses a body that breaks off, and one that is longer than it may be', async () => {
    const budget = new BodyBudget(1024 * KiB);
    const broken = source(budget, { 'content-length': String(200 * KiB) });
    const read = code(readRawBody(broken, 1024 * KiB));
    broken.sent.write(Buffer.alloc(100));
    await settled();
    broken.sent.destroy(new Error('aborted'));
    expect(await read).toBe('malformed-request');
    const long = source(budget);
    const tooLong = code(readRawBody(long, KiB));
    long.sent.write(Buffer.alloc(2 * KiB));
    expect(await tooLong).toBe('body-too-large');
  });

  it('gives up a body when its request is cancelled, and leaves one that is whole', async () => {
    let cancel = (): void => undefined;
    const onCancel = (callback: () => void): void => void (cancel = callback);
    const budget = new BodyBudget(1024 * KiB);
    const headers = { 'content-length': String(200 * KiB) };
    const slow = { ...source(budget, headers), onCancel };
    const read = code(readRawBody(slow, 1024 * KiB));
    slow.sent.write(Buffer.alloc(100 * KiB));
    await settled();
    cancel();
    expect(await read).toBe('deadline-exceeded');
    budget.release(slow);
    slow.sent.resume().end(Buffer.alloc(100 * KiB));
    await settled();
    expect(budget.heldBytes).toBe(0);

    const whole = { ...source(budget, headers), onCancel };
    whole.sent.end(Buffer.alloc(200 * KiB, 'x'));
    const body = await readRawBody(whole, 1024 * KiB);
    cancel();
    expect(body.toString()).toBe('x'.repeat(200 * KiB));
  });

  it.each([
    ['gzip', gzipSync],
    ['GZip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    [' BR ', brotliCompressSync],
    ['Identity', (bytes: Buffer) => bytes],
  ])('undoes the content encoding %j', async (encoding, pack) => {
    const one = source(new BodyBudget(1024 * KiB), { 'content-encoding': encoding });
    const read = readBody(one, 64 * KiB);
    one.sent.end(pack(Buffer.from('{"a":1}')));
    expect((await read).toString()).toBe('{"a":1}');
  });

  it('unpacks no further than the limit and the budget allow', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000 * KiB));
    const send = (budget: BodyBudget, maxBytes: number): Promise<unknown> => {
      const one = source(budget, { 'content-encoding': 'gzip' });
      one.sent.end(bomb);
      return code(readBody(one, maxBytes));
    };
    const ample = new BodyBudget(1024 ** 3);
    expect(await send(ample, 100 * KiB)).toBe('body-too-large');
    expect(ample.heldBytes).toBeLessThan(1024 * KiB);
    const small = new BodyBudget(1000 * KiB);
    small.hold({ heldBytes: 0 }, 10);
    expect(await send(small, 100_000 * KiB)).toBe('overloaded');
    expect(small.heldBytes).toBeLessThanOrEqual(1000 * KiB);
  });

  it.each([
    ['gzip, gzip', 'unsupported-content-type'],
    ['zstd', 'unsupported-content-type'],
    ['constructor', 'unsupported-content-type'],
    ['gzip', 'malformed-request'],
  ])('refuses %j for plain bytes: %s', async (encoding, expected) => {
    const one = source(new BodyBudget(1024 * KiB), { 'content-encoding': encoding });
    one.sent.end('plain');
    expect(await code(readBody(one, KiB))).toBe(expected);
  });
});
