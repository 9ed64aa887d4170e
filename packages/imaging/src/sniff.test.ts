import { describeContent, sniff } from './sniff.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('sniff', () => {
  it.each([
    ['jpeg', '\xff\xd8\xff\xe0'],
    ['png', '\x89PNG\r\n\x1a\n'],
    ['webp', 'RIFF\0\0\0\0WEBPVP8 '],
    ['gif', 'GIF89a'],
    ['tiff', 'II*\0'],
    ['tiff', 'MM\0*'],
    ['avif', '\0\0\0\x20ftypavif'],
  ])('knows %s', (format, magic) => {
    expect(sniff(bytes(magic))).toBe(format);
    expect(sniff(bytes(magic.slice(0, 3).padEnd(20)))).toBe(format === 'jpeg' ? 'jpeg' : undefined);
  });
});

it('knows bmp', () => expect(sniff(bytes('BM\0\0'))).toBe('bmp'));

describe('describeContent', () => {
  it.each([
    ['hello', 'text'],
    ['<svg xmlns="">', 'XML or SVG text'],
    ['  <!DOCTYPE html>', 'an HTML page'],
    ['%PDF-1.7', 'a PDF document'],
    ['\0\0\0\x18ftypheic', 'a HEIC image, which needs converting to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)'],
    ['\0\0\0\x18ftypmp42', 'a video or HEIF file'],
    ['\x01\x02\x03', 'data of an unknown kind'],
  ])('names %j', (text, name) => {
    expect(describeContent(bytes(text))).toBe(name);
  });
});
