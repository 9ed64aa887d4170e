import { scaleBilinear } from './scale-bilinear.ts';

/** A picture whose red grows to the right and whose green grows downwards. */
function ramp(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x * 4, y * 4, 7], (y * width + x) * 3);
  return { data, width, height, channels: 3 } as const;
}

describe('scaleBilinear', () => {
  it('keeps a ramp a ramp, pixel centres aligned', () => {
    const { data } = scaleBilinear(ramp(40, 20), 20, 10);
    // The centre of new pixel 5 is at old 5.5 * 2 - 0.5 = 10.5.
    expect([...data.subarray((3 * 20 + 5) * 3, (3 * 20 + 5) * 3 + 3)]).toEqual([42, 26, 7]);
    expect(data[0]).toBe(2);
  });

  it('enlarges without leaving the edge', () => {
    const { data, width, height } = scaleBilinear(ramp(2, 2), 8, 8);
    expect([width, height]).toEqual([8, 8]);
    expect([data[0], data[7 * 3]]).toEqual([0, 4]);
  });

  it('hands an image of the right size back as it is', () => {
    const image = ramp(4, 4);
    expect(scaleBilinear(image, 4, 4).data).toBe(image.data);
  });
});
