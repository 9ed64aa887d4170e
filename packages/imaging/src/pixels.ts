export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif';

/** What an image may cost. */
export interface ImageLimits {
  /** Width times height as stored in the file. */
  readonly maxPixels: number;
}

/** What the header of an image says; width and height as a person sees it, EXIF orientation applied. */
export interface ImageInfo {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** Samples per pixel as stored: 1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha (or CMYK). A palette counts as colour. */
  readonly channels: number;
}

/** Decoded samples, 0 to 255, row by row from the top left, channels interleaved. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** A part of a picture, in its pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How samples between samples are made up. */
export type Interpolation = 'bilinear' | 'bicubic';

/** What a file's first bytes say, before EXIF orientation is applied. */
export interface Header {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Whether pixels may be transparent. */
  readonly hasAlpha: boolean;
  /** Whether a colour profile says what the samples mean; only told of JPEG. */
  readonly hasProfile?: boolean;
  /** EXIF's 1 to 8; 5 and above swap width and height. */
  readonly orientation: number;
}
