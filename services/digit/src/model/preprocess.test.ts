import type { Pixels } from '@facet/imaging';
import { StageClock } from '@facet/telemetry';
import { readTestDigits } from '@facet/testkit';
import sharp from 'sharp';
import { inkToTensor, readInk } from './preprocess.ts';

// Jest looks globals up slowly; millions of times that is minutes.
const { floor, max, min, sqrt } = Math;

const settings = { size: 28, box: 20 };
const digits = readTestDigits()
  .images.slice(0, 60)
  .map((data) => grey(28, 28, data));

function grey(width: number, height: number, data: Uint8Array): Pixels {
  return { data, width, height, channels: 1 };
}

/** A digit enlarged (bilinear) onto a sheet; light falls off by `shadow` from left to right, and beyond `edge` at once. */
function draw(digit: Pixels, { scale = 5, left = 10, top = 90, paper = 255, ink = 0, shadow = 0, edge = 0, grain = 0, grid = 0, specks = 0 }): Pixels {
  const [width, height] = [200, 300];
  const data = new Uint8Array(width * height);
  const value = (x: number, y: number) => (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : digit.data[y * 28 + x]!);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = (x - left + 0.5) / scale - 0.5;
      const sy = (y - top + 0.5) / scale - 0.5;
      const [x0, y0] = [floor(sx), floor(sy)];
      const [fx, fy] = [sx - x0, sy - y0];
      const upper = value(x0, y0) * (1 - fx) + value(x0 + 1, y0) * fx;
      const lower = value(x0, y0 + 1) * (1 - fx) + value(x0 + 1, y0 + 1) * fx;
      const amount = (upper * (1 - fy) + lower * fy) / 255;
      const isLine = grid > 0 && (x % 23 === 0 || y % 23 === 0);
      const isSpeck = specks > 0 && (x * 7919 + y * 104729) % 9973 < specks && x % 3 === 0;
      const reflected = isSpeck ? ink : (isLine ? paper - grid : paper) + (ink - paper) * amount;
      const light = (1 - (shadow * x) / width) * (edge > 0 && x + y > edge ? 0.55 : 1);
      // A texture that repeats nowhere near the size of a stroke, from -1 to 1.
      const texture = (((x * 374761 + y * 668265) ^ (x * y)) % 1000) / 500 - 1;
      data[y * width + x] = max(0, min(255, reflected * light + grain * texture));
    }
  }
  return grey(width, height, data);
}

/** Correlation of two tensors, the best of the nine positions within a pixel: rounding to whole pixels may fall either way. */
function likeness(a: Float32Array, b: Float32Array): number {
  let best = -1;
  for (let shift = 0; shift < 9; shift++) {
    best = max(best, correlation(a, b, (floor(shift / 3) - 1) * 28 + (shift % 3) - 1));
  }
  return best;
}

function correlation(a: Float32Array, b: Float32Array, shift: number): number {
  let [sumA, sumB, ab, aa, bb] = [0, 0, 0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    const x = a[i + shift] ?? 0;
    const y = b[i]!;
    sumA += x;
    sumB += y;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return (ab - (sumA * sumB) / b.length) / sqrt((aa - (sumA * sumA) / b.length) * (bb - (sumB * sumB) / b.length));
}

function meanLikeness(drawing: (digit: Pixels, index: number) => Pixels): number {
  const each = digits.map((digit, i) => likeness(inkToTensor(drawing(digit, i), settings), inkToTensor(digit, settings)));
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

describe('inkToTensor', () => {
  it('passes MNIST through, pixel for pixel, in either polarity', () => {
    for (const digit of digits) {
      const expected = Float32Array.from(digit.data, (value) => value / 255);
      expect(inkToTensor(digit, settings).every((value, i) => value === expected[i])).toBe(true);
      expect(
        inkToTensor(
          grey(
            28,
            28,
            digit.data.map((value) => 255 - value),
          ),
          settings,
        ).every((value, i) => value === expected[i]),
      ).toBe(true);
    }
  });

  it.each([
    ['large and off-centre, dark on white', {}, 0.97],
    ['large and off-centre, light on black', { paper: 0, ink: 255 }, 0.97],
    ['pencil on grey paper', { paper: 200, ink: 130 }, 0.97],
    ['a soft shadow', { paper: 220, ink: 40, shadow: 0.6 }, 0.96],
    ['the edge of a hard shadow', { paper: 220, ink: 40, edge: 230 }, 0.95],
    ['paper grain', { paper: 215, ink: 50, grain: 20 }, 0.95],
    ['squared paper', { paper: 235, ink: 40, grid: 60 }, 0.94],
    ['specks', { specks: 3 }, 0.95],
  ])('sees the same digit in %s', (_name, drawing, least) => {
    const like = meanLikeness((digit, i) => draw(digit, { ...drawing, scale: 3 + (i % 4), left: 3 + (i % 30), top: i % 130 }));
    expect(like).toBeGreaterThan(least);
  });

  it.each([
    ['white', new Uint8Array(6000).fill(255)],
    ['black', new Uint8Array(6000)],
    ['grey with grain', Uint8Array.from({ length: 6000 }, (_, i) => 200 + ((i * 7919) % 13))],
  ])('refuses a sheet that is %s', (_name, data) => {
    expect(() => inkToTensor(grey(60, 100, data), settings)).toThrow(expect.objectContaining({ code: 'blank-image' }));
  });

  it('bears images of any size', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 500],
      [500, 1],
      [2, 3],
      [28, 28],
      [7, 9],
    ] as const) {
      for (const seed of [1, 7, 13]) {
        const data = Uint8Array.from({ length: width * height }, (_, i) => (i * i * seed * 31) % 256);
        try {
          const tensor = inkToTensor(grey(width, height, data), settings);
          expect(tensor.every((value) => value >= 0 && value <= 1 && !Number.isNaN(value))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'blank-image' });
        }
      }
    }
  });
});

describe('readInk', () => {
  const limits = { maxPixels: 1_000_000 };

  /** A digit on a white sheet of 800x600, so many pixels large. */
  async function sheet(digit: Pixels, size: number): Promise<Buffer> {
    const side = Math.round(size * 1.4);
    const white = digit.data.map((value) => 255 - value);
    const ink = await sharp(white, { raw: { width: 28, height: 28, channels: 1 } })
      .resize(side, side, { kernel: 'cubic' })
      .png()
      .toBuffer();
    return sharp({ create: { width: 800, height: 600, channels: 3, background: 'white' } })
      .composite([{ input: ink, top: 40, left: 60 }])
      .jpeg()
      .toBuffer();
  }

  it.each([
    [300, 0.96],
    [110, 0.93],
  ])('reads digits of %i pixels on a large sheet', async (size, least) => {
    const likes = await Promise.all(
      digits.slice(0, 20).map(async (digit) => likeness((await readInk(await sheet(digit, size), limits, settings)).ink, inkToTensor(digit, settings))),
    );
    expect(likes.reduce((sum, value) => sum + value, 0) / likes.length).toBeGreaterThan(least);
  });

  it('looks twice where a digit is small, and only there', async () => {
    const work = () => ({ clock: new StageClock(0), deadlineAt: Infinity, cancelled: false });
    const [large, small] = [work(), work()];
    const marks = [large, small].map(({ clock }) => jest.spyOn(clock, 'mark'));
    await readInk(await sheet(digits[0]!, 300), limits, settings, large);
    const { pixels } = await readInk(await sheet(digits[0]!, 110), limits, settings, small);
    expect(marks.map(({ mock }) => mock.calls.map(([stage]) => stage))).toEqual([
      ['decode', 'preprocess'],
      ['decode', 'preprocess', 'decode', 'preprocess'],
    ]);
    expect(Math.max(pixels.width, pixels.height)).toBeLessThanOrEqual(200);
  });

  it.each([
    ['the client has left', { deadlineAt: Infinity, cancelled: true }],
    ['the deadline has passed', { deadlineAt: 0, cancelled: false }],
  ])('looks no second time once %s', async (_name, over) => {
    const picture = await sheet(digits[0]!, 110);
    const reading = readInk(picture, limits, settings, { clock: new StageClock(0), ...over });
    await expect(reading).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('bears narrow images, dots and bars of any size', async () => {
    const drawn = async (width: number, height: number, shade: (x: number, y: number) => number): Promise<Buffer> => {
      const data = Uint8Array.from({ length: width * height }, (_, i) => shade(i % width, floor(i / width)));
      return sharp(data, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer();
    };
    const chalk = (x: number, y: number, height: number): number => (x >= 12 && x <= 15 && y >= 8 && y < height - 8 ? 255 : 20 + 20 * ((x + y) % 2));
    const pictures = [
      await drawn(25, 200, (x, y) => chalk(x, y, 200)),
      await drawn(200, 25, (x, y) => chalk(y, x, 200)),
      await drawn(149, 20_000, (_, y) => (y >= 16_000 && y < 17_100 ? 0 : 255)),
      await drawn(20_000, 149, (x) => (x >= 16_000 && x < 17_100 ? 0 : 255)),
      await drawn(1600, 1600, (x, y) => (x % 2 === 0 && y % 2 === 0 ? 255 : 0)),
      await drawn(800, 800, (x, y) => (x % 2 === 0 && y % 2 === 0 ? 255 : 0)),
      await drawn(200, 200, (x, y) => (x % 2 === 0 && y % 2 === 0 ? 255 : 0)),
      await drawn(3000, 3000, (x, y) => (x === 1700 && y === 1200 ? 0 : 255)),
    ];
    for (let size = 1; size <= 40; size += 3)
      for (const [width, height] of [
        [size, size],
        [size, 7],
        [9, 5 * size],
      ] as const)
        pictures.push(
          await drawn(width, height, (x, y) => (x * 7919 + y * 104_729 + x * y) % 256),
          await drawn(width, height, (x) => (x > width / 3 ? 240 : 15)),
        );
    for (const picture of pictures) {
      const read = readInk(picture, { maxPixels: 4e7 }, settings).then(
        ({ ink }) => (ink.every(Number.isFinite) ? 'read' : 'no numbers'),
        (error: Error & { readonly code?: string }) => error.code ?? error.message,
      );
      expect(['read', 'blank-image']).toContain(await read);
    }
  });

  it('refuses an empty sheet', async () => {
    const empty = sharp({ create: { width: 800, height: 600, channels: 3, background: 'white' } });
    await expect(readInk(await empty.png().toBuffer(), limits, settings)).rejects.toMatchObject({ code: 'blank-image' });
  });
});
