import { toTensor, type TensorOptions } from './to-tensor.ts';

/** A picture whose red grows to the right and whose green grows downwards. */
function ramp(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x * 4, y * 4, 7], (y * width + x) * 3);
  return { data, width, height, channels: 3 } as const;
}

const plain: TensorOptions = { size: 20, width: 20, height: 10, offsetX: 0, offsetY: 0, colour: 'rgb', mean: [0, 0, 0], std: [1, 1, 1], pad: 114 };
const at = (tensor: Float32Array, size: number, x: number, y: number): number[] => [0, 1, 2].map((plane) => tensor[plane * size * size + y * size + x]!);

describe('toTensor', () => {
  it('keeps a ramp a ramp, pixel centres aligned', () => {
    const tensor = toTensor(ramp(40, 20), plain);
    // The centre of new pixel 5 is at old 5.5 * 2 - 0.5 = 10.5, and that of row 3 at 6.5.
    expect(at(tensor, 20, 5, 3)).toEqual([42, 26, 7]);
    expect(at(tensor, 20, 0, 0)).toEqual([2, 2, 7]);
  });

  it('enlarges without leaving the edge, and copies what has the right size', () => {
    const large = toTensor(ramp(2, 2), { ...plain, size: 8, width: 8, height: 8 });
    expect([at(large, 8, 0, 0)[0], at(large, 8, 7, 0)[0]]).toEqual([0, 4]);
    const same = toTensor(ramp(4, 4), { ...plain, size: 4, width: 4, height: 4 });
    expect(at(same, 4, 3, 2)).toEqual([12, 8, 7]);
  });

  it('pads, places, normalises and orders the planes', () => {
    const tensor = toTensor(ramp(4, 2), {
      ...plain,
      size: 8,
      width: 4,
      height: 2,
      offsetX: 2,
      offsetY: 3,
      colour: 'bgr',
      mean: [7, 0, 0],
      std: [1, 2, 4],
      pad: 100,
    });
    expect(at(tensor, 8, 0, 0)).toEqual([93, 50, 25]);
    expect(at(tensor, 8, 2 + 3, 3 + 1)).toEqual([0, 2, 3]);
    expect(at(tensor, 8, 6, 3)).toEqual([93, 50, 25]);
  });

  it('halves into means of four, wherever the image lies and in either order', () => {
    const data = Uint8Array.from({ length: 12 * 8 * 3 }, (_, index) => (index * 97) % 251);
    const pixels = { data, width: 12, height: 8, channels: 3 } as const;
    const options = { ...plain, size: 9, width: 6, height: 4, offsetX: 2, offsetY: 3, mean: [1, 2, 3], std: [2, 4, 8], pad: 50 };
    const old = (x: number, y: number, channel: number): number => data[(y * 12 + x) * 3 + channel]!;
    for (const [colour, channels] of [
      ['rgb', [0, 1, 2]],
      ['bgr', [2, 1, 0]],
    ] as const) {
      const tensor = toTensor(pixels, { ...options, colour });
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 6; x++)
          expect(at(tensor, 9, x + 2, y + 3)).toEqual(
            channels.map((channel, plane) => {
              const sum = [0, 1].flatMap((dy) => [0, 1].map((dx) => old(2 * x + dx, 2 * y + dy, channel))).reduce((total, value) => total + value);
              return (sum / 4 - options.mean[plane]!) / options.std[plane]!;
            }),
          );
      expect(at(tensor, 9, 0, 0)).toEqual([24.5, 12, 5.875]);
    }
  });
});
