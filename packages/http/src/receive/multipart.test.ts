import { parseMultipart } from './multipart.ts';

const boundary = 'xYz';

function form(parts: readonly string[], end = true): Buffer {
  return Buffer.from(parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('') + (end ? `--${boundary}--\r\n` : ''), 'latin1');
}

const file = (field: string, content: string) =>
  `content-disposition: form-data; name="${field}"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n${content}`;
const field = (name: string, value: string) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`;

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  );

describe('parseMultipart', () => {
  it('keeps bytes as they are, and fields apart from files', async () => {
    const content = String.fromCodePoint(...Array.from({ length: 256 }, (_, byte) => byte)) + '\r\n--xY\r\n';
    const { files, fields } = await parseMultipart(form([file('file', content), field('conf_threshold', '0.5'), field('__proto__', 'x')]), boundary, 1);
    expect(files).toHaveLength(1);
    expect(files[0]!.bytes.equals(Buffer.from(content, 'latin1'))).toBe(true);
    expect(fields).toEqual([
      ['conf_threshold', '0.5'],
      ['__proto__', 'x'],
    ]);
  });

  it('takes what comes as the field file for one, also without a file name', async () => {
    const content = String.fromCodePoint(...Array.from({ length: 256 }, (_, byte) => byte));
    const { files, fields } = await parseMultipart(form([field('file', content), field('conf_threshold', '0.5')]), boundary, 1);
    expect(files[0]!.bytes.equals(Buffer.from(content, 'latin1'))).toBe(true);
    expect(fields).toEqual([['conf_threshold', '0.5']]);
  });

  it('bears parts that have no name', async () => {
    const nameless = (rest: string): string => file('file', 'x').replace('name="file"', rest);
    const { files, fields } = await parseMultipart(form([nameless('name5"file"'), field('a', '1').replace('name="a"', 'size=1')]), boundary, 1);
    expect(files).toEqual([{ field: '', bytes: Buffer.from('x') }]);
    expect(fields).toEqual([]);
  });

  it('refuses too many parts before it parses them, named or not', async () => {
    expect(await codeOf(parseMultipart(form(Array.from({ length: 36 }, () => 'x: y\r\n\r\n')), boundary, 1))).toBe('malformed-multipart');
    expect(await codeOf(parseMultipart(form([...Array.from({ length: 30 }, () => 'x: y\r\n\r\n'), file('file', 'a')]), boundary, 1))).toBe('accepted');
  });

  it('refuses a file too many', async () => {
    expect(await codeOf(parseMultipart(form([file('file', 'a'), file('file', 'b')]), boundary, 1))).toBe('too-many-files');
    expect((await parseMultipart(form([file('file', 'a'), file('file', 'b')]), boundary, 2)).files).toHaveLength(2);
  });

  it('refuses what is cut off, has another boundary, or too many fields', async () => {
    expect(await codeOf(parseMultipart(form([file('file', 'a')], false), boundary, 1))).toBe('malformed-multipart');
    expect(await codeOf(parseMultipart(form([file('file', 'a')]), 'another', 1))).toBe('malformed-multipart');
    expect(await codeOf(parseMultipart(form(Array.from({ length: 40 }, (_, at) => field(`f${at}`, ''))), boundary, 1))).toBe('malformed-multipart');
    expect(await codeOf(parseMultipart(Buffer.from('not multipart at all'), boundary, 1))).toBe('malformed-multipart');
  });
});
