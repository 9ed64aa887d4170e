import { layPixels, type TensorLayout } from './lay-pixels.ts';

/** Two by two: red, green, blue, grey. */
const pixels = { data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 51, 51, 51), width: 2, height: 2, channels: 3 } as const;
const whole = { pixels, left: 0, top: 0 };
const size = { width: 2, height: 2, resize: { method: 'stretch' } } as const;
const plain: TensorLayout = { colour: 'rgb', layout: 'nchw', range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1] };
const lay = (layout: Partial<TensorLayout>) => [...layPixels(whole, size, { ...plain, ...layout })].map((value) => Number(value.toFixed(5)));

describe('layPixels', () => {
  it('lays planes or pixels, in either order of colours', () => {
    expect(lay({})).toEqual([1, 0, 0, 0.2, 0, 1, 0, 0.2, 0, 0, 1, 0.2]);
    expect(lay({ colour: 'bgr' })).toEqual([0, 0, 1, 0.2, 0, 1, 0, 0.2, 1, 0, 0, 0.2]);
    expect(lay({ layout: 'nhwc' })).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.2, 0.2]);
    expect(lay({ layout: 'nhwc', colour: 'bgr' })).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0, 0.2, 0.2, 0.2]);
  });

  it('takes the luma for grey', () => {
    expect(lay({ colour: 'grey', mean: [0], std: [1] })).toEqual([0.299, 0.587, 0.114, 0.2]);
  });

  it('brings samples into the range, then shifts and scales each channel', () => {
    expect(lay({ range: [0, 255] }).slice(0, 4)).toEqual([255, 0, 0, 51]);
    expect(lay({ range: [-1, 1] }).slice(0, 4)).toEqual([1, -1, -1, -0.6]);
    // (x / 255 - mean) / std, as torchvision's ToTensor and Normalize.
    const [mean, std] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const expected = [0, 1, 2].flatMap((channel) =>
      [0, 1, 2, 3].map((pixel) => Number(((pixels.data[pixel * 3 + channel]! / 255 - mean[channel]!) / std[channel]!).toFixed(5))),
    );
    expect(lay({ mean, std })).toEqual(expected);
    // The mean is that of the range: of bytes here.
    expect(lay({ range: [0, 255], colour: 'bgr', mean: [103.94, 116.78, 123.68], std: [1, 1, 1] })[0]).toBe(-103.94);
  });

  it('pads with a shade that is normalised as well, and overwrites what the memory held', () => {
    const into = new Float32Array(3 * 4 * 3).fill(9);
    const letterbox = { width: 4, height: 3, resize: { method: 'letterbox', pad: 102 } } as const;
    const tensor = layPixels({ pixels, left: 1, top: 0 }, letterbox, { ...plain, mean: [0.4, 0, 0] }, into);
    expect(tensor).toBe(into);
    const rounded = [...tensor.subarray(0, 12)].map((value) => Number(value.toFixed(5)));
    expect(rounded).toEqual([0, 0.6, -0.4, 0, 0, -0.4, -0.2, 0, 0, 0, 0, 0]);
    expect(Number(tensor[12 + 0]!.toFixed(5))).toBe(0.4);
    expect([...tensor]).not.toContain(9);
  });
});
