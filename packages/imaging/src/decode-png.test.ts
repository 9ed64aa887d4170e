import fc from 'fast-check';
import sharp, { type PngOptions } from 'sharp';
import { convertPixels } from './convert-pixels.ts';
import { decodePlainPng } from './decode-png.ts';
import type { Pixels } from './pixels.ts';

function noise(width: number, height: number, channels: number, smooth: boolean): Buffer {
  return Buffer.from(Array.from({ length: width * height * channels }, (_, i) => (smooth ? (i >> 2) & 255 : (i * 2654435761) >>> 24)));
}

const encode = (data: Buffer, width: number, height: number, channels: 1 | 2 | 3 | 4, options: PngOptions = {}) =>
  sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels < 3 ? 'b-w' : 'srgb')
    .png(options)
    .toBuffer();

describe('decodePlainPng', () => {
  it('gives the samples that were encoded, whatever the filters', async () => {
    const picture = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
      smooth: fc.boolean(),
      adaptiveFiltering: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, channels, smooth, adaptiveFiltering }) => {
        const data = noise(width, height, channels, smooth);
        const pixels = decodePlainPng(await encode(data, width, height, channels, { adaptiveFiltering }));
        expect(pixels).toMatchObject({ width, height, channels });
        expect(Buffer.from(pixels!.data).equals(data)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('leaves other kinds to the general decoder', async () => {
    const data = noise(16, 16, 3, true);
    expect(decodePlainPng(await encode(data, 16, 16, 3, { palette: true }))).toBeUndefined();
    expect(decodePlainPng(await encode(data, 16, 16, 3, { progressive: true }))).toBeUndefined();
    expect(
      decodePlainPng(
        await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
      ),
    ).toBeUndefined();
    expect(
      decodePlainPng(
        await sharp(data, { raw: { width: 16, height: 16, channels: 3 } })
          .withIccProfile('p3')
          .png()
          .toBuffer(),
      ),
    ).toBeUndefined();
  });

  it('refuses every truncation but that of the last chunk, and every flipped bit of the rows', async () => {
    const bytes = await encode(noise(20, 20, 1, false), 20, 20, 1);
    for (let length = 33; length < bytes.length - 12; length += 1) expect(() => decodePlainPng(bytes.subarray(0, length))).toThrow('PNG file');
    for (let length = bytes.length - 12; length < bytes.length; length += 1) expect(decodePlainPng(bytes.subarray(0, length))).toEqual(decodePlainPng(bytes));
    for (let at = bytes.indexOf('IDAT') + 4; at < bytes.length - 16; at += 3) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 4;
      expect(() => decodePlainPng(flipped)).toThrow(/PNG file|truncated or damaged/);
    }
  });

  it('allocates by the header that was checked, not by what the rows inflate to', async () => {
    const large = await encode(Buffer.alloc(4000 * 4000), 4000, 4000, 1);
    large.writeUInt32BE(10, 16);
    large.writeUInt32BE(10, 20);
    expect(() => decodePlainPng(large)).toThrow();
  });
});

describe('convertPixels', () => {
  const pixel = (...data: number[]): Pixels => ({ data: Uint8Array.from(data), width: 1, height: 1, channels: data.length as Pixels['channels'] });

  it.each<[Pixels, 'grey' | 'rgb' | 'rgba', number[]]>([
    [pixel(9), 'grey', [9]],
    [pixel(9), 'rgb', [9, 9, 9]],
    [pixel(9), 'rgba', [9, 9, 9, 255]],
    [pixel(0, 0), 'grey', [255]],
    [pixel(9, 7), 'rgba', [9, 9, 9, 7]],
    [pixel(255, 0, 0), 'grey', [76]],
    [pixel(1, 2, 3, 0), 'rgb', [255, 255, 255]],
    [pixel(1, 2, 3, 255), 'rgb', [1, 2, 3]],
    [pixel(1, 2, 3, 4), 'rgba', [1, 2, 3, 4]],
  ])('%# to %s', (from, colour, expected) => {
    expect([...convertPixels(from, colour).data]).toEqual(expected);
  });
});
