import type { Feature } from '@facet/drift';

/** What a picture and the objects in it are watched by. */
export const detectionFeatures: readonly Feature[] = [
  { name: 'brightness', doc: 'Mean luma: exposure, night.' },
  { name: 'contrast', doc: 'Standard deviation of luma: fog, backlight.' },
  { name: 'sharpness', doc: 'Mean absolute Laplacian: falls with blur, rises with noise.' },
  { name: 'saturation', doc: 'Mean difference between the strongest and the weakest channel.' },
  { name: 'warmth', doc: 'Mean of red minus blue: lamps, white balance, another camera.' },
  { name: 'width', unit: 'px', doc: 'Width of the picture as it came.' },
  { name: 'height', unit: 'px', doc: 'Its height.' },
  { name: 'detections', doc: 'Objects that were found.' },
  { name: 'area', doc: 'Mean share of the picture that an object takes: distance, lens.' },
  { name: 'confidence', doc: 'Mean confidence of the objects.' },
  { name: 'class', doc: "Class of the best object, by its number in the model's labels.", categories: [] },
];
