import { Problem } from '@facet/problem';
import { readHeader } from './header.ts';
import type { Header, ImageFormat, ImageInfo, ImageLimits } from './pixels.ts';
import { describeContent, sniff } from './sniff.ts';

/** An image that passed inspection, with what only the decoder needs to know. */
export interface InspectedImage extends ImageInfo {
  /** Whether pixels may be transparent. */
  readonly hasAlpha: boolean;
  /** Whether a colour profile says what the samples mean; only told of JPEG. */
  readonly hasProfile?: boolean;
  /** EXIF's 1 to 8. */
  readonly orientation: number;
}

/** TIFF may claim thousands of samples a pixel; five is CMYK with alpha. */
const maxChannels = 5;

/**
 * Looks at an image's header and nothing more, so that a bomb costs microseconds.
 *
 * @throws {Problem} `empty-file`, `unsupported-image`, `invalid-image` or `image-too-large`
 */
export function inspectImage(bytes: Uint8Array, limits: ImageLimits): InspectedImage {
  if (bytes.length === 0) throw new Problem('empty-file');
  const format = sniff(bytes);
  if (!format) throw new Problem('unsupported-image', `The file is ${describeContent(bytes)}; send JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF.`);

  const { width, height, orientation, ...rest } = readValidHeader(bytes, format);
  if (width * height > limits.maxPixels) {
    throw new Problem(
      'image-too-large',
      `The image has ${width}x${height} pixels; the limit is ${limits.maxPixels} pixels. Make it smaller, or raise IMAGE_MAX_PIXELS.`,
    );
  }
  return { format, ...rest, orientation, ...(orientation >= 5 ? { width: height, height: width } : { width, height }) };
}

function readValidHeader(bytes: Uint8Array, format: ImageFormat): Header {
  let header: Header | undefined;
  try {
    header = readHeader(bytes, format);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('invalid-image', `The ${format.toUpperCase()} file ends inside its header.`, { cause: error });
  }
  if (!header || header.width === 0 || header.height === 0 || header.channels === 0 || header.channels > maxChannels) {
    throw new Problem('invalid-image', `The header of the ${format.toUpperCase()} file is damaged.`);
  }
  return header;
}
