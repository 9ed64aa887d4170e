import { detectionFeatures } from './features.ts';
import { detectionWatch } from './watch.ts';

const pixels = { data: new Uint8Array(20 * 10 * 3).fill(51), width: 20, height: 10, channels: 3 as const };
const object = (confidence: number, bbox: [number, number, number, number], class_id = 41) => ({ class_id, class_name: 'cup', confidence, bbox });

function measured(detections: ReturnType<typeof object>[]): Record<string, number> {
  const row = detectionWatch.measure({ detections, image_shape: [100, 200, 3] }, { pixels });
  return Object.fromEntries(detectionFeatures.map(({ name }, index) => [name, row[index]!]));
}

describe('how images of objects are watched', () => {
  it('a number a feature, of the image as it came', () => {
    expect(measured([object(0.9, [0, 0, 100, 50]), object(0.5, [0, 0, 20, 100], 3)])).toMatchObject({
      brightness: 0.2,
      width: 200,
      height: 100,
      detections: 2,
      area: 0.175,
      confidence: 0.7,
      class: 41,
    });
  });

  it('nothing where nothing was found', () => {
    expect(measured([])).toMatchObject({ detections: 0, area: Number.NaN, confidence: Number.NaN, class: Number.NaN });
  });

  it('is as uncertain as its objects are on average, and keeps each', () => {
    const answer = { detections: [object(0.5, [0, 0, 1, 1]), object(1, [0, 0, 1, 1])], image_shape: [100, 200, 3] as [number, number, number] };
    expect(detectionWatch.uncertainty(answer)).toBe(0.5);
    expect(detectionWatch.parts!(answer)).toEqual([1, 0]);
    expect(detectionWatch.uncertainty({ ...answer, detections: [] })).toBe(0);
  });
});
