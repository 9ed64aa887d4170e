import fc from 'fast-check';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { decodePlainJpeg } from './decode-jpeg.ts';
import { inspectImage } from './inspect-image.ts';
import { release } from './pixel-memory.ts';

const limits = { maxPixels: 4_000_000 };

/** Smooth colours, as a camera sees them. */
function scene(width: number, height: number, seed = 1): Sharp {
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.trunc(i / width)];
      return [128 + 100 * Math.sin((x * seed) / 9), 128 + 90 * Math.cos(y / 11), 128 + 60 * Math.sin((x + y * seed) / 17)];
    }).flat(),
  );
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const decode = (bytes: Buffer, colour: 'grey' | 'rgb' = 'rgb') => decodePlainJpeg(bytes, inspectImage(bytes, limits), colour);

describe('decodePlainJpeg', () => {
  it.each<[string, JpegOptions]>([
    ['small colours', {}],
    ['full colours', { chromaSubsampling: '4:4:4' }],
    ['many scans', { progressive: true }],
  ])('sees what the general decoder sees: %s', async (_name, options) => {
    const bytes = await scene(61, 47).jpeg(options).toBuffer();
    const { data: expected } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const pixels = await decode(bytes);
    expect(pixels).toMatchObject({ width: 61, height: 47, channels: 3 });
    const apart = expected.map((value, i) => Math.abs(value - pixels!.data[i]!));
    expect(Math.max(...apart)).toBeLessThanOrEqual(12);
    expect(apart.reduce((sum, each) => sum + each, 0) / apart.length).toBeLessThan(1.5);
  });

  it('gives the luma of colours, and grey images as they are', async () => {
    const colour = await decode(await scene(40, 30).jpeg({ chromaSubsampling: '4:4:4', quality: 95 }).toBuffer(), 'grey');
    const { data } = await scene(40, 30).raw().toBuffer({ resolveWithObject: true });
    const apart = Array.from(colour!.data, (value, i) => Math.abs(value - (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!)));
    expect(Math.max(...apart)).toBeLessThan(8);

    const grey = await scene(40, 30).toColourspace('b-w').jpeg().toBuffer();
    expect((await decode(grey, 'grey'))!.data).toHaveLength(40 * 30);
    const asColour = (await decode(grey))!.data;
    expect(asColour[0] === asColour[1] && asColour[1] === asColour[2]).toBe(true);
  });

  it('leaves other kinds to the general decoder', async () => {
    const others = [
      await scene(16, 16).toColourspace('cmyk').jpeg().toBuffer(),
      await scene(16, 16).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await scene(16, 16).withIccProfile('p3').jpeg().toBuffer(),
      await scene(1100, 1000).jpeg().toBuffer(),
      await scene(16, 16).png().toBuffer(),
    ];
    for (const bytes of others) expect(await decode(bytes)).toBeUndefined();
  });

  it('leaves every file that ends early to the general decoder, and survives any damage', async () => {
    const bytes = await scene(50, 40).jpeg().toBuffer();
    const image = inspectImage(bytes, limits);
    for (let length = 0; length < bytes.length - 2; length += 7) expect(await decodePlainJpeg(bytes.subarray(0, length), image, 'rgb')).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (damage) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of damage) damaged[at] = value;
        const pixels = await decodePlainJpeg(damaged, image, 'rgb');
        if (pixels) expect(pixels.data).toHaveLength(50 * 40 * 3);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps images apart that are decoded at once, in memory that was used before', async () => {
    const files = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => scene(200, 150, seed).jpeg().toBuffer()));
    const alone: Buffer[] = [];
    for (const file of files) alone.push(Buffer.from((await decode(file))!.data));
    for (let round = 0; round < 3; round++) {
      const together = await Promise.all(files.map((file) => decode(file)));
      together.forEach((pixels, i) => expect(Buffer.from(pixels!.data).equals(alone[i]!)).toBe(true));
      for (const pixels of together) if (pixels) release(pixels);
    }
  });
});
