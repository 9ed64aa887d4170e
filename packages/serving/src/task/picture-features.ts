import type { Feature } from '@facet/drift';

/** What is measured of pixels; `measurePixels` in packages/imaging gives it. */
type Measures = Readonly<Record<'brightness' | 'contrast' | 'sharpness' | 'saturation' | 'warmth', number>>;

/** What pictures of any task are watched by, whatever is looked for in them. */
export const pictureFeatures: readonly Feature[] = [
  { name: 'brightness', doc: 'Mean luma: exposure, night.' },
  { name: 'contrast', doc: 'Standard deviation of luma: fog, backlight.' },
  { name: 'sharpness', doc: 'Mean absolute Laplacian: falls with blur, rises with noise.' },
  { name: 'saturation', doc: 'Mean difference between the strongest and the weakest channel.' },
  { name: 'warmth', doc: 'Mean of red minus blue: lamps, white balance, another camera.' },
  { name: 'width', unit: 'px', doc: 'Width of the image as it came.' },
  { name: 'height', unit: 'px', doc: 'Its height.' },
];

/**
 * The values of {@link pictureFeatures}.
 *
 * @param measures of the decoded picture; NaN stands for all values where a tensor came instead of one
 */
export function measurePicture(measures: Measures | undefined, { width, height }: { readonly width: number; readonly height: number }): number[] {
  if (!measures) return pictureFeatures.map(() => Number.NaN);
  const { brightness, contrast, sharpness, saturation, warmth } = measures;
  return [brightness, contrast, sharpness, saturation, warmth, width, height];
}
