import type { Feature } from '@facet/drift';

/** What a picture of a digit is watched by. */
export const digitFeatures: readonly Feature[] = [
  { name: 'brightness', doc: 'Mean shade of the image: light or dark paper, exposure.' },
  { name: 'contrast', doc: 'Standard deviation of the shade.' },
  { name: 'sharpness', doc: 'Mean absolute Laplacian: falls with blur, rises with noise.' },
  { name: 'side', unit: 'px', doc: 'Longer side as it was decoded; photographs are reduced to 320.' },
  { name: 'aspect', doc: 'Width by height.' },
  { name: 'ink', doc: "Mean ink in the model's own input: thin or thick strokes." },
  { name: 'slant', doc: "How far ink leans to the right from the bottom to the top of the model's input: turned or slanted digits." },
  { name: 'confidence', doc: 'Confidence of the prediction.' },
  { name: 'class', doc: 'Predicted digit.', categories: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
];
