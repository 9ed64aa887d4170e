import { detectionOptions } from '@facet/contracts';
import { detectorEnsemble } from './ensemble.ts';

const { ask, fuse } = detectorEnsemble<{ options: typeof options }>();
const options = detectionOptions.parse({ max_detections: 2 });
const seen = (confidence: number, x: number) => ({
  detections: [{ class_id: 3, class_name: 'car', confidence, bbox: [x, 0, x + 100, 100.04] as [number, number, number, number] }],
  image_shape: [480, 640, 3] as [number, number, number],
  confidence_threshold: 0.1,
});

it('asks each version for more than the client wants, and gives the client what it wants', () => {
  expect(ask!({ options }).options).toEqual({ ...options, conf_threshold: 0.1, max_detections: 300 });
  expect(fuse([seen(0.4, 0), seen(0.2, 0)], { options })).toEqual({
    detections: [{ class_id: 3, class_name: 'car', confidence: expect.closeTo(0.3, 9), bbox: [0, 0, 100, 100] }],
    image_shape: [480, 640, 3],
    confidence_threshold: 0.25,
  });
  // Seen by one alone, and not surely enough.
  expect(fuse([seen(0.4, 0), { ...seen(0.2, 0), detections: [] }], { options }).detections).toEqual([]);
  const three = { ...seen(0.9, 0), detections: [0, 200, 400].flatMap((x) => seen(0.9, x).detections) };
  expect(fuse([three, three], { options }).detections).toHaveLength(2);
});
