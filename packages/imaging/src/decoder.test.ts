import sharp from 'sharp';
import { decode } from './decoder.ts';
import { inspectImage } from './inspect-image.ts';

let mostPixels = 0;
jest.mock('./general-decoder.ts', () => {
  let now = 0;
  const open = (_bytes: Uint8Array, { limitInputPixels }: { limitInputPixels: number }) => {
    const pipeline = {
      resize: () => pipeline,
      flatten: () => pipeline,
      toColourspace: () => pipeline,
      raw: () => pipeline,
      timeout: () => pipeline,
      toBuffer: async () => {
        now += limitInputPixels;
        mostPixels = Math.max(mostPixels, now);
        await new Promise((resolve) => setTimeout(resolve, 2));
        now -= limitInputPixels;
        return { data: Buffer.alloc(1), info: { width: 1, height: 1, channels: 1 } };
      },
    };
    return pipeline;
  };
  return { openGeneralDecoder: () => Promise.resolve(open) };
});

describe('decode', () => {
  it('decodes no more than 40 megapixels of a batch of large images at once', async () => {
    const side = 3000;
    const bytes = await sharp({ create: { width: side, height: side, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    const image = inspectImage(bytes, { maxPixels: side * side });
    const pixels = await Promise.all(Array.from({ length: 32 }, () => decode(bytes, image, { width: 28, height: 28, colour: 'grey' })));
    expect(pixels).toHaveLength(32);
    expect(mostPixels).toBe(4 * side * side);
  });
});
