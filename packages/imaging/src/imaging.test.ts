import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { annotate, decodeGrey, inspectImage, letterboxImage, toTensor } from './index.ts';

const limits = { maxPixels: 100_000 };
const square = { size: 32, anchor: 'top-left' } as const;
const planes = { size: 32, colour: 'rgb', mean: [0, 0, 0], std: [1, 1, 1], pad: 0 } as const;

/** 90x60: left half red, right half blue, the lower third white. */
const raw = Buffer.from(Array.from({ length: 90 * 60 }, (_, i) => (i >= 90 * 40 ? [255, 255, 255] : i % 90 < 45 ? [255, 0, 0] : [0, 0, 255])).flat());
const picture = () => sharp(raw, { raw: { width: 90, height: 60, channels: 3 } });

const files: [string, () => Promise<Buffer>][] = [
  ['JPEG', () => picture().jpeg().toBuffer()],
  ['progressive JPEG', () => picture().jpeg({ progressive: true }).toBuffer()],
  ['CMYK JPEG', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
  ['PNG', () => picture().png().toBuffer()],
  ['16-bit PNG', () => picture().toColourspace('rgb16').png().toBuffer()],
  ['palette PNG', () => picture().png({ palette: true }).toBuffer()],
  ['PNG with alpha', () => picture().ensureAlpha().png().toBuffer()],
  ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
  ['lossy WebP', () => picture().webp().toBuffer()],
  ['GIF', () => picture().gif().toBuffer()],
  [
    'animated GIF',
    () =>
      sharp(Buffer.concat([raw, raw]), { raw: { width: 90, height: 120, channels: 3, pageHeight: 60 } })
        .gif()
        .toBuffer(),
  ],
  ['TIFF', () => picture().tiff().toBuffer()],
  ['AVIF', () => picture().avif().toBuffer()],
  ['BMP of 24 bits', async () => bmp(24)],
  ['BMP of 32 bits', async () => bmp(32)],
  ['BMP with a palette', async () => bmp(8)],
];

/** The picture as BMP, in which rows go from the bottom, each to a multiple of four bytes. */
function bmp(bits: 8 | 24 | 32): Buffer {
  const palette = bits === 8 ? [255, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 0] : [];
  const stride = Math.ceil((90 * bits) / 32) * 4;
  const pixels = Buffer.alloc(stride * 60);
  for (let i = 0; i < 90 * 60; i++) {
    const [red, green, blue] = raw.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const at = stride * (59 - Math.floor(i / 90)) + (i % 90) * (bits / 8);
    if (bits === 8) pixels[at] = green === 255 ? 2 : red === 255 ? 1 : 0;
    else pixels.set([blue, green, red], at);
  }
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54 + palette.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(90, 18);
  head.writeInt32LE(60, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([head, Buffer.from(palette), pixels]);
}

/** A PNG that says it has so many pixels. */
async function bomb(width: number, height: number): Promise<Buffer> {
  const bytes = await picture().png().toBuffer();
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe.each(files)('%s', (_name, make) => {
  it('is inspected and decoded', async () => {
    const bytes = await make();
    expect(inspectImage(bytes, limits)).toMatchObject({ width: 90, height: 60 });
    const { pixels, ...geometry } = await letterboxImage(bytes, limits, square);
    expect(geometry).toMatchObject({ width: 32, height: 21, scaleX: 32 / 90, scaleY: 21 / 60, offsetX: 0, offsetY: 0 });
    const tensor = toTensor(pixels, { ...planes, ...geometry });
    const at = (x: number, y: number) => [0, 1, 2].map((plane) => tensor[plane * 32 * 32 + y * 32 + x]!);
    const [red, , blue] = at(6, 6);
    expect(red! - blue!).toBeGreaterThan(150);
    expect(at(26, 6)[2]! - at(26, 6)[0]!).toBeGreaterThan(100);
    expect(Math.min(...at(16, 18))).toBeGreaterThan(230);

    const grey = await decodeGrey(bytes, limits, { maxSide: 45 });
    expect(grey).toMatchObject({ width: 45, height: 30, channels: 1 });
    expect(grey.data[28 * 45 + 20]).toBeGreaterThan(230);
  });

  it('is refused when half of it is missing', async () => {
    const bytes = await make();
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    await expect(decodeGrey(half, limits, { maxSide: 45 })).rejects.toMatchObject({ code: 'invalid-image' });
    await expect(letterboxImage(half, limits, square)).rejects.toMatchObject({ code: 'invalid-image' });
  });
});

describe('orientation', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('of a %s is applied', async (format) => {
    const bytes = await picture().withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
    expect(inspectImage(bytes, limits)).toMatchObject({ width: 60, height: 90 });
    const { pixels, ...geometry } = await letterboxImage(bytes, limits, square);
    expect(geometry).toMatchObject({ width: 21, height: 32 });
    // Turned clockwise, the white lower third lies on the left.
    expect(Math.min(...[0, 1, 2].map((plane) => toTensor(pixels, { ...planes, ...geometry })[plane * 32 * 32]!))).toBeGreaterThan(230);
  });
});

describe('a PNG', () => {
  const cut = async (width: number): Promise<Buffer> => (await picture().resize(width).png().toBuffer()).subarray(0, -12);

  it('is read without its last chunk at any size', async () => {
    for (const width of [90, 360]) {
      expect(await decodeGrey(await cut(width), { maxPixels: 1e6 }, { maxSide: 400 })).toMatchObject({ width });
      const noPixels = (await cut(width)).subarray(0, -40);
      await expect(decodeGrey(noPixels, { maxPixels: 1e6 }, { maxSide: 400 })).rejects.toMatchObject({ code: 'invalid-image' });
    }
  });

  it('is turned by an eXIf chunk behind its pixels', async () => {
    for (const width of [90, 360]) {
      const bytes = await picture().resize(width).withMetadata({ orientation: 6 }).png().toBuffer();
      const at = bytes.indexOf('eXIf') - 4;
      const end = at + 12 + bytes.readUInt32BE(at);
      const late = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end, -12), bytes.subarray(at, end), bytes.subarray(-12)]);
      const limit = { maxPixels: 1e6 };
      expect(await decodeGrey(late, limit, { maxSide: 400 })).toEqual(await decodeGrey(bytes, limit, { maxSide: 400 }));
    }
  });
});

describe('inspectImage', () => {
  const codeOf = (bytes: Uint8Array) => {
    try {
      inspectImage(bytes, limits);
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it('refuses what is no image, and says what it is', () => {
    expect(codeOf(new Uint8Array())).toBe('empty-file');
    expect(() => inspectImage(Buffer.from('<svg/>'), limits)).toThrow('The file is XML or SVG text');
    expect(() => inspectImage(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), limits)).toThrow(
      /is a HEIC image, which needs converting to JPEG .*; send JPEG/,
    );
  });

  it('refuses a bomb by its header and names the limit', async () => {
    const bytes = await bomb(30_000, 30_000);
    expect(() => inspectImage(bytes, limits)).toThrow(
      'The image has 30000x30000 pixels; the limit is 100000 pixels. Make it smaller, or raise IMAGE_MAX_PIXELS.',
    );
    expect(codeOf(await bomb(4_000_000_000, 4_000_000_000))).toBe('image-too-large');
    expect(codeOf(await bomb(0, 10))).toBe('invalid-image');
  });

  it('refuses a JPEG of a thousand scans', async () => {
    const bytes = await picture().jpeg({ progressive: true }).toBuffer();
    const scan = bytes.subarray(bytes.lastIndexOf('\xff\xda', undefined, 'latin1'), bytes.length - 2);
    expect(codeOf(Buffer.concat([bytes.subarray(0, -2), ...Array<Buffer>(1000).fill(scan), bytes.subarray(-2)]))).toBe('invalid-image');
  });

  it('reads a header, or answers with a problem, wherever a file ends', async () => {
    for (const [name, make] of files) {
      const bytes = await make();
      for (let length = 1; length < Math.min(bytes.length, 2000); length++) {
        try {
          inspectImage(bytes.subarray(0, length), limits);
        } catch (error) {
          expect({ name, length, error }).toMatchObject({ error: { name: 'Problem' } });
        }
      }
    }
  });

  it('answers any damage with a problem', async () => {
    const originals = await Promise.all(files.map(([, make]) => make()));
    const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...originals), damage, fc.nat(2000), async (original, changes, length) => {
        const bytes = Buffer.from(original.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        await decodeGrey(bytes, limits, { maxSide: 20 }).then(
          (pixels) => expect(pixels.data).toHaveLength(pixels.width * pixels.height),
          (error: unknown) => expect(error).toMatchObject({ name: 'Problem' }),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('decodeGrey', () => {
  it.each([
    ['white ink on black', 255, 0],
    ['black ink on white', 0, 255],
  ])('sees transparent drawings as %s', async (_name, ink, background) => {
    const drawing = Buffer.from(Array.from({ length: 100 }, (_, i) => [ink, ink, ink, i % 10 < 3 ? 255 : 0]).flat());
    const bytes = await sharp(drawing, { raw: { width: 10, height: 10, channels: 4 } })
      .png()
      .toBuffer();
    const { data } = await decodeGrey(bytes, limits, { maxSide: 100 });
    expect([data[0], data[9]]).toEqual([ink, background]);
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ['a PNG', (image) => image.png()],
    ['a PNG with alpha', (image) => image.ensureAlpha().png()],
    ['a PNG with holes', (image) => image.ensureAlpha(0.5).png()],
    ['a JPEG', (image) => image.jpeg({ quality: 95 })],
    ['a JPEG for the general decoder', (image) => image.withIccProfile('srgb').jpeg({ quality: 95 })],
    ['a WebP', (image) => image.webp({ quality: 95 })],
  ])('reduces %s, and says by how much', async (_name, encode) => {
    const bytes = await encode(picture().resize(300, 200, { kernel: 'nearest' })).toBuffer();
    const grey = await decodeGrey(bytes, limits, { maxSide: 100 });
    expect(grey.width).toBeLessThanOrEqual(100);
    expect(grey.width).toBeGreaterThan(50);
    expect(grey.width / grey.height).toBeCloseTo(1.5, 1);
    expect(grey.reduction).toBeCloseTo(300 / grey.width, 5);
    const shade = (x: number, y: number) => grey.data[Math.trunc(y * grey.height) * grey.width + Math.trunc(x * grey.width)]!;
    expect(shade(0.25, 0.25) - shade(0.75, 0.25)).toBeGreaterThan(20);
    expect(shade(0.5, 0.9)).toBeGreaterThan(240);
  });
});

describe('letterboxImage', () => {
  it('keeps a needle one pixel wide and tells both scales', async () => {
    const bytes = await sharp({ create: { width: 3, height: 4000, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    const { width, height, scaleX, scaleY, offsetX } = await letterboxImage(bytes, limits, { size: 64, anchor: 'centre' });
    expect([width, height, offsetX]).toEqual([1, 64, 31]);
    expect([scaleX, scaleY]).toEqual([1 / 3, 64 / 4000]);
  });
});

describe('annotate', () => {
  it('draws boxes and labels, whatever they are', async () => {
    const bytes = await picture().resize(360, 240).png().toBuffer();
    const boxes = [
      { classId: 0, label: 'cat', confidence: 0.9, bbox: [100, 60, 200, 150] },
      { classId: 7, label: '<script>é\u{1f600}'.repeat(50), confidence: 0.4, bbox: [-50, -50, 900, 900] },
    ];
    const jpeg = await annotate(bytes, { maxPixels: 1_000_000 }, boxes);
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 360, height: 240 });
    // The cat's label, blue where the picture is red.
    let blue = 0;
    for (let y = 50; y < 60; y++) for (let at = (y * 360 + 100) * 3; at < (y * 360 + 144) * 3; at += 3) blue += Math.sign(data[at + 2]! - data[at]!);
    expect(blue).toBeGreaterThan(200);
  });
});
