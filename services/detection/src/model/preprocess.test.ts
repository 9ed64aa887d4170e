import sharp from 'sharp';
import { prepare } from './preprocess.ts';

describe('prepare', () => {
  it('lays an image into the square and says how', async () => {
    const bytes = await sharp({ create: { width: 60, height: 20, channels: 3, background: { r: 255, g: 0, b: 51 } } })
      .png()
      .toBuffer();
    const settings = { size: 30, colour: 'rgb', mean: [0, 0, 127.5], std: [255, 255, 127.5], anchor: 'centre', pad: 255 } as const;
    const { tensor, ...geometry } = await prepare(bytes, { maxPixels: 10_000 }, settings);
    expect(geometry).toMatchObject({ scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 10, image: { width: 60, height: 20 } });
    const at = (plane: number, x: number, y: number) => tensor[plane * 900 + y * 30 + x];
    expect([0, 1, 2].map((plane) => at(plane, 15, 15))).toEqual([1, 0, expect.closeTo(-0.6, 5)]);
    expect([0, 1, 2].map((plane) => at(plane, 15, 9))).toEqual([1, 1, 1]);
    expect([0, 1, 2].map((plane) => at(plane, 15, 20))).toEqual([1, 1, 1]);
  });
});
