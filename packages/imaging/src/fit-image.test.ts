import sharp from 'sharp';
import { fitImage, type FitOptions } from './fit-image.ts';

const limits = { maxPixels: 40_000_000 };

type Raw = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** Noise over a gradient: what a photograph has of both. */
function picture(width: number, height: number): Raw {
  let state = width * 31 + height;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    state = (state * 16_807) % 2_147_483_647;
    const [x, y] = [Math.trunc(index / 3) % width, Math.trunc(index / 3 / width)];
    return Math.round((120 * x) / width + (80 * y) / height + 55 * (state / 2_147_483_647));
  });
  return { data, width, height };
}

const png = ({ data, width, height }: Raw) =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

const kernels = {
  bilinear: { reach: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    reach: 2,
    at(x: number) {
      const [d, a] = [Math.abs(x), -0.5];
      if (d < 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
      return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
    },
  },
};

/** One axis, as PIL scales: the kernel as wide as a new pixel covers old ones, its weights adding up to 1. */
function weights(from: number, to: number, { reach, at }: (typeof kernels)['bilinear']): { first: number; shares: number[] }[] {
  const scale = from / to;
  const support = reach * Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(from, Math.trunc(centre + support + 0.5));
    const raw = Array.from({ length: last - first }, (__, offset) => at((first + offset + 0.5 - centre) / Math.max(1, scale)));
    const sum = raw.reduce((total, share) => total + share, 0);
    return { first, shares: raw.map((share) => share / sum) };
  });
}

function resized({ data, width, height }: Raw, to: { width: number; height: number }, kernel: (typeof kernels)['bilinear']): Float64Array {
  const [across, down] = [weights(width, to.width, kernel), weights(height, to.height, kernel)];
  const rows = new Float64Array(to.width * height * 3);
  for (let y = 0; y < height; y++)
    for (const [x, { first, shares }] of across.entries())
      for (let c = 0; c < 3; c++) rows[(y * to.width + x) * 3 + c] = shares.reduce((sum, share, i) => sum + share * data[(y * width + first + i) * 3 + c]!, 0);
  const out = new Float64Array(to.width * to.height * 3);
  for (const [y, { first, shares }] of down.entries())
    for (let x = 0; x < to.width; x++)
      for (let c = 0; c < 3; c++)
        out[(y * to.width + x) * 3 + c] = shares.reduce((sum, share, i) => sum + share * rows[((first + i) * to.width + x) * 3 + c]!, 0);
  return out;
}

/** Mean and largest difference in grey levels. */
function apart(found: Uint8Array, expected: Float64Array): { mean: number; most: number } {
  expect(found).toHaveLength(expected.length);
  let [sum, most] = [0, 0];
  for (const [index, value] of found.entries()) {
    const difference = Math.abs(value - Math.min(255, Math.max(0, expected[index]!)));
    sum += difference;
    most = Math.max(most, difference);
  }
  return { mean: sum / found.length, most };
}

/** Rounding to whole grey levels costs a quarter on average, and a little more where it is done twice; the general decoder reduces by halves first where it can, which costs as much again. */
const roundingOff = 0.4;
const halvingOff = 0.9;

describe.each(['bilinear', 'bicubic'] as const)('scaling, %s', (interpolation) => {
  it.each([
    [100, 80, 64, 64, roundingOff],
    [150, 90, 75, 40, roundingOff],
    [300, 200, 64, 48, halvingOff],
    [40, 30, 64, 64, roundingOff],
    [5, 40, 60, 20, roundingOff],
    [3, 2, 40, 50, roundingOff],
  ])('%dx%d to %dx%d is what PIL makes of it', async (w, h, width, height, mean) => {
    const raw = picture(w, h);
    const { pixels } = await fitImage(await png(raw), limits, { width, height, resize: { method: 'stretch' }, interpolation });
    expect(pixels).toMatchObject({ width, height, channels: 3 });
    const found = apart(pixels.data, resized(raw, { width, height }, kernels[interpolation]));
    expect(found.mean).toBeLessThan(mean);
    expect(found.most).toBeLessThan(5);
  });
});

const crop = (size: number, shorterSide: number): FitOptions => ({
  width: size,
  height: size,
  resize: { method: 'crop', shorterSide },
  interpolation: 'bilinear',
});

describe('crop', () => {
  it.each([
    [120, 90, 56, 64],
    [90, 121, 56, 63],
    [64, 64, 48, 64],
    [20, 30, 56, 64],
  ])('of %dx%d keeps the middle %d of the shorter side scaled to %d, as torchvision does', async (w, h, size, shorterSide) => {
    const raw = picture(w, h);
    // Resize(shorterSide) cuts the longer side off to whole pixels; CenterCrop(size) rounds half to even.
    const to = w <= h ? { width: shorterSide, height: Math.trunc((shorterSide * h) / w) } : { width: Math.trunc((shorterSide * w) / h), height: shorterSide };
    const roundHalfEven = (value: number) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));
    const [left, top] = [roundHalfEven((to.width - size) / 2), roundHalfEven((to.height - size) / 2)];
    const whole = resized(raw, to, kernels.bilinear);
    const expected = Float64Array.from({ length: size * size * 3 }, (_, index) => {
      const [x, y] = [Math.trunc(index / 3) % size, Math.trunc(index / 3 / size)];
      return whole[((y + top) * to.width + x + left) * 3 + (index % 3)]!;
    });
    const { pixels, image } = await fitImage(await png(raw), limits, crop(size, shorterSide));
    expect(image).toMatchObject({ width: w, height: h });
    expect(apart(pixels.data, expected).mean).toBeLessThan(roundingOff);
  });

  /** Grey with a red square in the middle: what is cropped shows whether the middle was kept. */
  const withSquare = (width: number, height: number, side: number) =>
    sharp({ create: { width, height, channels: 3, background: '#808080' } }).composite([
      {
        input: { create: { width: side, height: side, channels: 3, background: '#f00' } },
        left: (width - side) >> 1,
        top: (height - side) >> 1,
      },
    ]);
  const centre = async (bytes: Uint8Array) => {
    const { pixels } = await fitImage(bytes, limits, crop(32, 36));
    const at = (16 * 32 + 16) * 3;
    return [...pixels.data.subarray(at, at + 3)];
  };

  it.each([
    ['a panorama', 4000, 40],
    ['a tower', 40, 4000],
    ['a line', 20_000, 2],
  ])('looks at the middle of %s alone', async (_, width, height) => {
    const square = await withSquare(width, height, Math.min(width, height)).png().toBuffer();
    expect(await centre(square)).toEqual([255, 0, 0]);
  });

  it('takes the middle of an image as a person sees it', async () => {
    const corner = await sharp({ create: { width: 400, height: 60, channels: 3, background: '#808080' } })
      .composite([{ input: { create: { width: 100, height: 60, channels: 3, background: '#00f' } }, left: 0, top: 0 }])
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { pixels, image } = await fitImage(corner, limits, { width: 60, height: 400, resize: { method: 'stretch' }, interpolation: 'bilinear' });
    expect(image).toMatchObject({ width: 60, height: 400 });
    const blue = (row: number) => pixels.data[(row * 60 + 30) * 3 + 2]! > 200 && pixels.data[(row * 60 + 30) * 3]! < 60;
    expect([blue(10), blue(390)]).toEqual([true, false]);
    // More than four times as long as wide: only its middle is scaled, which is grey.
    const { pixels: middle } = await fitImage(corner, limits, crop(32, 36));
    for (const sample of middle.data) expect(Math.abs(sample - 128)).toBeLessThan(12);
  });
});

describe('letterbox', () => {
  it.each([
    [100, 50, { width: 40, height: 20, left: 0, top: 10 }],
    [50, 100, { width: 20, height: 40, left: 10, top: 0 }],
    [10, 10, { width: 40, height: 40, left: 0, top: 0 }],
    [4000, 3, { width: 40, height: 1, left: 0, top: 19 }],
  ])('keeps the aspect ratio of %dx%d', async (w, h, { width, height, left, top }) => {
    const fitted = await fitImage(await png(picture(w, h)), limits, {
      width: 40,
      height: 40,
      resize: { method: 'letterbox', pad: 0 },
      interpolation: 'bilinear',
    });
    expect({ width: fitted.pixels.width, height: fitted.pixels.height, left: fitted.left, top: fitted.top }).toEqual({ width, height, left, top });
  });
});

describe('what is decoded', () => {
  it.each(['jpeg', 'webp', 'tiff', 'gif'] as const)('may be grey or a %s', async (format) => {
    const grey = await sharp({ create: { width: 70, height: 50, channels: 3, background: '#646464' } })
      .toColourspace('b-w')
      .toFormat(format)
      .toBuffer();
    const { pixels } = await fitImage(grey, limits, crop(32, 36));
    expect(pixels).toMatchObject({ width: 32, height: 32, channels: 3 });
    for (const sample of pixels.data) expect(Math.abs(sample - 100)).toBeLessThan(4);
  });

  it('shows white where an image is transparent', async () => {
    const clear = await sharp({ create: { width: 70, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    expect(new Set((await fitImage(clear, limits, crop(32, 36))).pixels.data)).toEqual(new Set([255]));
    expect(new Set((await fitImage(clear, limits, crop(64, 80))).pixels.data)).toEqual(new Set([255]));
  });

  it('obeys the limit of pixels', async () => {
    await expect(fitImage(await png(picture(50, 50)), { maxPixels: 2000 }, crop(32, 36))).rejects.toMatchObject({ code: 'image-too-large' });
  });
});
