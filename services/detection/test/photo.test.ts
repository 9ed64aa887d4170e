import { spawnService, type SpawnedService } from '@facet/testkit';
import { join } from 'node:path';
import request from 'supertest';

type Box = readonly [number, number, number, number];

interface Detection {
  class_name: string;
  confidence: number;
  bbox: Box;
}

/** What a person sees on the shipped photograph, and the box that a person drew around it. */
const seen: readonly { name: string; box: Box }[] = [
  { name: 'cup', box: [185, 17, 441, 323] },
  { name: 'spoon', box: [345, 178, 435, 350] },
  { name: 'dining table', box: [0, 0, 640, 427] },
];

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

describe('the shipped photograph', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService('detection');
  });
  afterAll(() => service.stop());

  it.each(['v1', 'v2'])('%s finds the cup, the spoon and the table, and nothing that is not there', async (version) => {
    const { body } = await request(service.url).post(`/${version}/predict`).attach('file', join(__dirname, '../../../examples/photo.jpg')).expect(200);
    const detections = body.detections as Detection[];
    expect(body.image_shape).toEqual([427, 640, 3]);
    expect(detections.map(({ class_name }) => class_name).toSorted()).toEqual(seen.map(({ name }) => name).toSorted());
    for (const { name, box } of seen) expect(overlap(detections.find(({ class_name }) => class_name === name)!.bbox, box)).toBeGreaterThan(0.75);
    expect(detections.map(({ confidence }) => confidence)).toEqual(detections.map(({ confidence }) => confidence).toSorted((a, b) => b - a));
  });
});
