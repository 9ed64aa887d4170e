import { compareDetections } from './compare-detections.ts';

const cup = { class_name: 'cup', confidence: 0.8, bbox: [10, 10, 110, 110] };
const spoon = { class_name: 'spoon', confidence: 0.3, bbox: [0, 0, 50, 50] };
const golden = { confThreshold: 0.25, iouThreshold: 0.45, detections: [cup, spoon] };

describe('compareDetections', () => {
  it('accepts small differences, and what is barely over the threshold or not', () => {
    expect(compareDetections(golden, { detections: [{ ...cup, confidence: 0.75, bbox: [12, 8, 112, 111] }] })).toEqual([]);
  });

  it('names what is missing, moved, renamed or not expected', () => {
    expect(compareDetections(golden, { detections: [] })).toEqual(['expected cup 0.80 at 10, 10, 110, 110, found none like it']);
    expect(compareDetections(golden, { detections: [{ ...cup, bbox: [30, 10, 130, 110] }] })).toHaveLength(2);
    expect(compareDetections(golden, { detections: [{ ...cup, class_name: 'bowl' }] })).toHaveLength(2);
    expect(compareDetections(golden, { detections: [cup, { ...cup, class_name: 'cat' }] })).toEqual([
      'found cat 0.80 at 10, 10, 110, 110, which was not expected',
    ]);
  });
});
