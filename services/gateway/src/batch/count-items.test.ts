import { brotliCompressSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { Readable } from 'node:stream';
import { BodyBudget, receive, type BodySource } from '@facet/http';
import { countItems } from './count-items.ts';

const sourceOf = (headers: Record<string, string>, budget = new BodyBudget(1024 ** 3)) =>
  ({ request: { headers }, budget, heldBytes: 0 }) as unknown as BodySource;
const count = (path: string, body: string | Buffer, headers: Record<string, string> = {}) => countItems(path, sourceOf(headers), Buffer.from(body), 1024 ** 2);
const items = (n: number) => JSON.stringify({ items: Array.from({ length: n }, (_, index) => ({ image: `a],"b\\"{${index}`, points: [[1, 2], [3]] })) });
const infer = (shape: number[], datatype = 'FP32') =>
  JSON.stringify({ id: 'x', inputs: [{ name: 'a', parameters: { n: [1, 2] }, shape, datatype, data: [1, [2]] }] });

describe('countItems', () => {
  it.each([1, 2, 17, 64])('counts %d items of JSON', async (n) => expect(await count('/batch/predict', items(n))).toBe(n));

  it.each([
    ['a name with an escape', '{"it\\u0065ms":[1,2,3]}', 3],
    ['the longer of two lists', '{"items":[1],"items":[1,2,3,4]}', 4],
    ['white space', ' \n{ "items" : [ {} , [] , "," ] } ', 3],
    ['a byte order mark', '\ufeff{"items":[1,2]}', 2],
    ['lists below', '{"other":{"items":[1,2,3]},"items":[1,2]}', 2],
    ['what is no JSON', '{"items":[1,2', 2],
    ['an end without a beginning', '}]}{"items":[1,2', 1],
    ['nothing', '', 1],
    ['an empty batch', '{"items":[]}', 1],
  ])('reads %s', async (_what, body, expected) => expect(await count('/batch/predict', body)).toBe(expected));

  it('counts the files of a form', async () => {
    const part = (name: string, more: string) => `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\nabc\r\n`;
    const form = `${part('file', '; filename="a.png"').repeat(3)}${part('conf_threshold', '')}--x--\r\n`;
    const padded = `--x\r\nx: ${'y'.repeat(2000)}\r\n`.concat(part('file', '; filename="a.png"').slice(5));
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(await count('/batch/predict', form, type)).toBe(3);
    expect(await count('/batch/predict', padded + form, type)).toBe(4);
  });

  it.each([
    ['a blank in the name of a parameter', 'form-data; name="file"; file name="a.png"', 'image/png'],
    ['quotation marks in the media type', 'form-data; name="file"', 'application/"octet-stream"; a=b'],
  ])('counts files as the parser of the services does: %s', async (_what, disposition, type) => {
    const part = `--x\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\nabc\r\n`;
    const form = `${part.repeat(3)}--x--\r\n`;
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const source = { ...sourceOf({}), request: Object.assign(Readable.from([Buffer.from(form)]), { headers }) } as unknown as BodySource;
    const received = await receive(source, { 'multipart/form-data': { schema: z.unknown() } }, { bodyMaxBytes: 1024 ** 2, jsonMaxDepth: 8 }, 3);
    expect(received).toMatchObject({ files: [{ field: 'file' }, { field: 'file' }, { field: 'file' }] });
    expect(await count('/batch/predict', form, headers)).toBe(3);
  });

  const formOfA = { 'content-type': 'multipart/form-data; boundary=a' };

  it('takes a boundary for one only where it delimits', async () => {
    const part = (name: string) => `--a\r\ncontent-disposition: form-data; name="${name}"; filename="f"\r\n\r\n--a--a\r\n`;
    expect(await count('/batch/predict', `${part('1')}${part('2')}--a--\r\n`, formOfA)).toBe(2);
    expect(await count('/batch/predict', `preamble\r\n${part('1')}--a--\r\n`, formOfA)).toBe(1);
  });

  it('takes a form of more parts than a service accepts for the largest batch', async () => {
    const field = '--a\r\ncontent-disposition: form-data; name="f"\r\n\r\n1\r\n';
    expect(await count('/batch/predict', `${field.repeat(120)}--a--\r\n`, formOfA)).toBe(64);
    expect(await count('/batch/predict', `${field.repeat(30)}--a--\r\n`, formOfA)).toBe(1);
  });

  it.each([
    ['delimiters', '\r\n--a'],
    ['delimiters that end', '\r\n--a--'],
    ['boundaries within content', `${'--a"'.repeat(250)}\r\n\r\n`],
  ])('reads no more of a form of %s than its service would', async (_what, unit) => {
    const body = Buffer.from(`--a\r\n\r\n${unit.repeat(Math.ceil(1024 ** 2 / unit.length))}`);
    const before = process.cpuUsage();
    await countItems('/batch/predict', sourceOf(formOfA), body, 2 * 1024 ** 2);
    const { user, system } = process.cpuUsage(before);
    // A few milliseconds; reading a kilobyte at each of them took more than a second.
    expect((user + system) / 1000).toBeLessThan(400);
  });

  it('unpacks what is packed, and takes what it cannot for the largest batch', async () => {
    expect(await count('/batch/predict', gzipSync(items(5)), { 'content-encoding': 'GZIP' })).toBe(5);
    expect(await count('/batch/predict', 'no gzip', { 'content-encoding': 'gzip' })).toBe(64);
    expect(await count('/batch/predict', 'x', { 'content-encoding': 'br' })).toBe(64);
    expect(await count('/batch/predict', brotliCompressSync(items(5)), { 'content-encoding': 'br' })).toBe(5);
    expect(await count('/batch/predict', gzipSync(`{"items":["${' '.repeat(2 * 1024 ** 2)}"]}`), { 'content-encoding': 'gzip' })).toBe(64);
  });

  it('unpacks within the budget of bytes, and gives back what it took', async () => {
    const budget = new BodyBudget(1024 ** 2);
    const bomb = gzipSync(`{"items":["${' '.repeat(900_000)}"]}`);
    const unpack = () => countItems('/batch/predict', sourceOf({ 'content-encoding': 'gzip' }, budget), bomb, 1024 ** 2);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, unpack));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(new Set(refused.map(({ reason }) => (reason as { code?: string }).code))).toEqual(new Set(['overloaded']));
    expect(budget.heldBytes).toBe(0);
    expect(await unpack()).toBe(1);
  });

  it.each([
    ['rows', infer([8, 1, 28, 28]), 8],
    ['encoded inputs', infer([2, 3], 'BYTES'), 6],
    ['one row', infer([1, 63]), 1],
    ['a shape that is none', infer([-1]), 1],
    ['the largest of two shapes', '{"inputs":[{"shape":[2],"shape":[5],"datatype":"FP32"},{"shape":[3],"datatype":"FP32"}]}', 5],
  ])('counts the rows of tensors: %s', async (_what, body, expected) => expect(await count('/v2/models/digit/infer', body)).toBe(expected));

  it('reads only the JSON part of a binary body', async () => {
    const json = infer([4, 63]);
    expect(await count('/v2/models/digit/versions/1/infer', `${json}{"inputs":`, { 'inference-header-content-length': String(json.length) })).toBe(4);
    expect(await count('/v2/models/digit/infer', 'raw', { 'inference-header-content-length': '0' })).toBe(1);
  });

  it('looks at each byte a bounded number of times, whatever they are', async () => {
    const alphabet = ['[', ']', '{', '}', '"', '\\', ',', ':', '1', ' '];
    for (const unit of [...alphabet, '[{', '{"a":', '"\\"', '[,', '}{']) {
      const times = await Promise.all(
        [1, 4].map(async (factor) => {
          const body = Buffer.from(`{"items":[${unit.repeat(50_000 * factor)}`);
          const beganAt = process.cpuUsage();
          for (let runs = 0; runs < 3; runs += 1) await countItems('/batch/predict', sourceOf({}), body, 1024);
          return process.cpuUsage(beganAt).user;
        }),
      );
      // Quadratic work would take sixteen times as long and seconds.
      expect({ unit, isLinear: times[1]! < 10 * times[0]! + 100_000 }).toEqual({ unit, isLinear: true });
    }
  });
});
