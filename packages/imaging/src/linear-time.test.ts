import { expectLinearTime } from '@facet/testkit';
import { decodePlainPng } from './decode-png.ts';
import { inspectImage } from './inspect-image.ts';

const repeated = (text: string, bytes: number): string => text.repeat(Math.ceil(bytes / text.length));
const frame = (marker: string): string => `\xff${marker}\x00\x11\x08\x00\x10\x00\x10\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01`;
const ihdr = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x00\0\0\0crc!';
const scan = '\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xaa';

const inspect = (text: string) => inspectImage(Buffer.from(text, 'latin1'), { maxPixels: 4e7 });

describe('the time that looking at an image takes is linear in its bytes:', () => {
  it.each([
    ['JPEG of damaged EXIF blocks', (n: number) => `\xff\xd8${repeated('\xff\xe1\x00\x09Exif\0\0M', n)}${frame('\xc0')}`],
    ['JPEG of fill bytes', (n: number) => `\xff\xd8${repeated('\xff', n)}`],
    ['JPEG of nothing', (n: number) => `\xff\xd8\xff${repeated('\0', n)}`],
    ['JPEG of stuffing and scans', (n: number) => `\xff\xd8${frame('\xc0')}${scan}${repeated('\xff\0', n)}${repeated('\xff\xda', 1000)}`],
    ['PNG of damaged EXIF chunks', (n: number) => `${ihdr}${repeated('\0\0\0\x01eXIfxcrc!', n)}`],
    ['PNG of empty chunks', (n: number) => `${ihdr}${repeated('\0\0\0\0teXtcrc!', n)}`],
    ['WebP of unknown chunks', (n: number) => `RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x10\0\0\x10\0\0${repeated('abcd\0\0\0\0', n)}`],
    ['TIFF of a long directory', (n: number) => `II*\0\x08\0\0\0\xff\xff${repeated('\x00\x01\x03\x00\x01\x00\x00\x00\x10\x00\x00\x00', n)}`],
  ])('a %s', async (_what, make) => {
    await expectLinearTime(
      (n) => Buffer.from(make(n), 'latin1'),
      (bytes) => inspectImage(bytes, { maxPixels: 4e7 }),
    );
  });

  it('a PNG of empty pieces', async () => {
    await expectLinearTime(
      (n) => Buffer.from(`${ihdr}${repeated('\0\0\0\0IDAT\x35\xaf\x06\x1e', n)}\0\0\0\0IEND\xae\x42\x60\x82`, 'latin1'),
      (bytes) => decodePlainPng(bytes),
    );
  });

  it.each([
    ['baseline', '\xc0'],
    ['progressive', '\xc2'],
    ['progressive, arithmetic', '\xca'],
  ])('a %s JPEG has a hundred scans at most, each of which is a pass over the image', (_kind, marker) => {
    expect(() => inspect(`\xff\xd8${frame(marker)}${repeated(scan, 200 * scan.length)}\xff\xd9`)).toThrow(/header of the JPEG file is damaged/);
    expect(inspect(`\xff\xd8${frame(marker)}${repeated(scan, 10 * scan.length)}\xff\xd9${repeated('\xff\xda', 1000)}`)).toMatchObject({ width: 16 });
  });

  it('and the first EXIF block of an image counts', () => {
    const exif = (orientation: string) => `\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0${orientation}\0\0\0\0\0\0\0`;
    expect(inspect(`\xff\xd8${exif('\x03')}${exif('\x01')}${frame('\xc0')}`)).toMatchObject({ orientation: 3 });
  });
});
