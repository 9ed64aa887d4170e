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
  ])('knows %s', (format, magic) => {
    expect(sniff(bytes(magic))).toBe(format);
    expect(sniff(bytes(magic.slice(0, 3).padEnd(20)))).toBe(format === 'jpeg' ? 'jpeg' : undefined);
  });
});

describe('describeContent', () => {
  it.each([
    ['hello', 'text'],
    ['<svg xmlns="">', 'XML or SVG text'],
    ['  <!DOCTYPE html>', 'an HTML page'],
    ['%PDF-1.7', 'a PDF document'],
    ['\0\0\0\x18ftypheic', 'a HEIC image'],
    ['BM\0\0', 'a BMP image'],
    ['\x01\x02\x03', 'data of an unknown kind'],
  ])('names %j', (text, name) => {
    expect(describeContent(bytes(text))).toBe(name);
  });
});
