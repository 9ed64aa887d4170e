import type { Feature } from '@facet/drift';
import { pictureFeatures } from '@facet/serving/kind';

/** What a picture and the objects in it are watched by. */
export const detectionFeatures: readonly Feature[] = [
  ...pictureFeatures,
  { name: 'detections', doc: 'Objects that were found.' },
  { name: 'area', doc: 'Mean share of the image that an object takes: distance, lens.' },
  { name: 'confidence', doc: 'Mean confidence of the objects.' },
  { name: 'class', doc: "Class of the best object, by its number in the model's labels.", categories: [] },
];
