import { fromTexts, optionsOf, parseJson } from '@facet/contracts';
import { expectLinearTime } from '@facet/testkit';
import { z } from 'zod';
import { readTarget } from '../request-target.ts';
import { parseMediaType } from './media-type.ts';
import { parseMultipart } from './multipart.ts';
import { splitPlainForm } from './plain-form.ts';

const repeated = (text: string, bytes: number): string => text.repeat(Math.ceil(bytes / text.length));

describe('the time that parsing takes is linear in what is sent:', () => {
  it.each([
    ['an unclosed string of escaped quotes', (n: number) => `{"landmarks": NaN, "x": "${repeated('\\"', n)}`],
    ['an unclosed string of backslashes', (n: number) => `NaN "${repeated('\\', n)}`],
    ['quotes', (n: number) => `NaN${repeated('"', n)}`],
    ['NaN after NaN', (n: number) => `[${repeated('NaN,', n)}NaN]`],
    ['NaN after NaN, without an end', (n: number) => repeated('-NaN', n)],
    ['what begins like NaN', (n: number) => `NaN ${repeated('NaInfinit', n)}`],
    ['digits', (n: number) => `[${repeated('9', n)}]`],
    ['an exponent', (n: number) => `[1e${repeated('9', n)}]`],
    ['brackets in an unclosed string', (n: number) => `"${repeated('[', n)}`],
    ['names', (n: number) => `{${Array.from({ length: n / 16 }, (_, at) => `"k${at}":1`).join(',')}}`],
    ['names that are numbers', (n: number) => `{${Array.from({ length: n / 16 }, (_, at) => `"${(at * 2 ** 21) % 4_294_967_291}":1`).join(',')}}`],
    ['no UTF-8', (n: number) => repeated('\xff', n)],
  ])('JSON of %s', async (_what, make) => {
    for (const mode of ['lenient', 'strict', 'exact'] as const)
      await expectLinearTime(
        (n) => Buffer.from(make(n), 'latin1'),
        (bytes) => parseJson(bytes, 64, mode),
        { to: 512 * 1024 },
      );
  });

  it('whole numbers whose digits are kept', async () => {
    await expectLinearTime(
      (n) => Buffer.from(`[${repeated('9', n)},${repeated('9223372036854775807,', n)}1]`),
      (bytes) => parseJson(bytes, 64, 'exact'),
    );
    // A bigint of a million digits would take longer than all else.
    expect(parseJson(Buffer.from(`[${repeated('9', 1000)}]`), 64, 'exact')).toEqual([Infinity]);
    expect(parseJson(Buffer.from('[9223372036854775807]'), 64, 'exact')).toEqual([9_223_372_036_854_775_807n]);
  });

  const part = 'Content-Disposition: form-data; name="f"';
  it.each([
    ['no delimiter', (n: number) => repeated('-', n)],
    ['what begins like a delimiter', (n: number) => `--xyz\r\n${part}\r\n\r\n${repeated('\r\n--xy', n)}`],
    ['line breaks', (n: number) => `--xyz\r\n${part}\r\n\r\n${repeated('\r\n', n)}\r\n--xyz--`],
    ['empty parts', (n: number) => repeated('--xyz\r\n\r\n', n)],
    ['parts without a name', (n: number) => `${repeated('--xyz\r\nx: y\r\n\r\na\r\n', n)}--xyz--`],
    ['headers', (n: number) => `--xyz\r\n${repeated('a: b\r\n', n)}\r\nv\r\n--xyz--`],
    ['a long header', (n: number) => `--xyz\r\n${part.slice(0, -1)}${repeated('\\"', n)}"\r\n\r\nv\r\n--xyz--`],
    ['parameters', (n: number) => `--xyz\r\n${part}${repeated('; a=b', n)}\r\n\r\nv\r\n--xyz--`],
    ['blanks', (n: number) => `--xyz\r\n${part}${repeated(' ', n)}\r\n\r\nv\r\n--xyz--`],
    ['a field of digits', (n: number) => `--xyz\r\n${part}\r\n\r\n${repeated('1', Math.min(n, 1024 ** 2 - 1))}x\r\n--xyz--`],
  ])('a form of %s', async (_what, make) => {
    await expectLinearTime(
      (n) => Buffer.from(make(n), 'latin1'),
      async (body) => fromTexts((splitPlainForm(body, 'xyz', 1) ?? (await parseMultipart(body, 'xyz', 1))).fields),
    );
  });

  it('a form whose boundary is as long as one may be', async () => {
    const boundary = `${'-'.repeat(69)}a`;
    await expectLinearTime(
      (n) => Buffer.from(repeated(`\r\n${'-'.repeat(71)}`, n), 'latin1'),
      async (body) => parseMultipart(body, boundary, 1),
    );
  });

  it.each([
    ['digits that are no number', (n: number) => `${repeated('1', n)}x`],
    ['digits, a point and more', (n: number) => `${repeated('1', n / 2)}.${repeated('1', n / 2)}x`],
    ['an exponent that is none', (n: number) => `1e${repeated('1', n)}x`],
  ])('an option of %s', async (_what, make) => {
    await expectLinearTime(make, (text) => fromTexts([['a', text]]));
  });

  it.each([
    ['parameters', (n: number) => `multipart/form-data${repeated('; a', n)}`],
    ['blanks', (n: number) => `multipart/form-data;${repeated(' ', n)}x`],
    ['an unclosed quotation', (n: number) => `multipart/form-data; boundary="${repeated('\\"', n)}`],
    ['semicolons', (n: number) => `multipart/form-data${repeated('; ', n)}x`],
    ['different names', (n: number) => `multipart/form-data${Array.from({ length: n / 16 }, (_, at) => `;a${at}=1`).join('')}`],
  ])('a Content-Type of %s', async (_what, make) => {
    await expectLinearTime(make, (text) => parseMediaType(text), { to: 512 * 1024 });
  });

  it.each(['/', '/a', '//', '/.', '/..', '/.a', '%41', '/%2e', '%', '?', '/?', '&a=b', '\\'])('a request target of %j', async (unit) => {
    for (const start of ['/', '/predict?']) await expectLinearTime((n) => start + repeated(unit, n), readTarget, { to: 256 * 1024 });
  });

  it('and a refusal does not repeat what was sent', () => {
    const given = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`unknown-${at}`, 1]));
    try {
      optionsOf(z.strictObject({}), given);
      throw new Error('was accepted');
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(1000);
    }
  });
});
