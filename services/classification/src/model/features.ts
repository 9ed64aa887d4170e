import type { Feature } from '@facet/drift';
import { pictureFeatures } from '@facet/serving/kind';

/** What a picture and its class are watched by. */
export const classificationFeatures: readonly Feature[] = [
  ...pictureFeatures,
  { name: 'confidence', doc: 'Confidence of the best class.' },
  { name: 'class', doc: "The best class, by its number in the model's labels.", categories: [] },
];
