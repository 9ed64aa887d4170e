import { fingerprint, measurePixels, type Pixels } from './index.ts';

function picture(side: number, channels: 1 | 3, shade: (x: number, y: number, channel: number) => number): Pixels {
  const data = Uint8Array.from({ length: side * side * channels }, (_, at) => {
    const pixel = Math.trunc(at / channels);
    return shade(pixel % side, Math.trunc(pixel / side), at % channels);
  });
  return { data, width: side, height: side, channels };
}

const stripes = (x: number) => (Math.trunc(x / 8) % 2 === 0 ? 40 : 200);

describe('measurePixels', () => {
  it('measures a plain sheet', () => {
    expect(measurePixels(picture(30, 1, () => 102))).toEqual({ brightness: 0.4, contrast: 0, sharpness: 0, saturation: 0, warmth: 0 });
  });

  it('tells colours', () => {
    const { saturation, warmth } = measurePixels(picture(30, 3, (_x, _y, channel) => [204, 102, 51][channel]!));
    expect(saturation).toBeCloseTo(0.6, 10);
    expect(warmth).toBeCloseTo(0.6, 10);
  });

  it('sees darkness, and blur, in large images too', () => {
    const sharp = picture(400, 1, stripes);
    const dark = measurePixels(picture(400, 1, (x) => stripes(x) / 2));
    const soft = measurePixels(picture(400, 1, (x) => 120 + 80 * Math.sin((x * Math.PI) / 8)));
    const found = measurePixels(sharp);
    expect(found.brightness).toBeCloseTo(120 / 255, 1);
    expect(dark.brightness).toBeCloseTo(found.brightness / 2, 2);
    expect(dark.contrast).toBeCloseTo(found.contrast / 2, 2);
    expect(soft.sharpness).toBeLessThan(found.sharpness / 2);
  });

  it('bears an image of one pixel', () => {
    expect(measurePixels(picture(1, 3, () => 255))).toMatchObject({ brightness: 1, sharpness: 0 });
  });
});

describe('fingerprint', () => {
  const scene = (x: number, y: number) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 13);
  const distance = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, word, index) => sum + ((word ^ b[index]!) >>> 0).toString(2).replaceAll('0', '').length, 0);
  const original = fingerprint(picture(90, 1, scene));

  it('is the same for a darker, larger or noisier copy', () => {
    expect(distance(original, fingerprint(picture(90, 1, (x, y) => 0.7 * scene(x, y))))).toBeLessThanOrEqual(2);
    expect(distance(original, fingerprint(picture(180, 1, (x, y) => scene(x / 2, y / 2))))).toBeLessThanOrEqual(4);
    expect(distance(original, fingerprint(picture(90, 1, (x, y) => scene(x, y) + ((x * 7 + y * 3) % 5))))).toBeLessThanOrEqual(4);
  });

  it('is another for another scene', () => {
    expect(distance(original, fingerprint(picture(90, 1, (x, y) => 255 - scene(x, y))))).toBeGreaterThan(40);
    expect(distance(original, fingerprint(picture(90, 1, (x, y) => scene(y, x))))).toBeGreaterThan(15);
  });
});
