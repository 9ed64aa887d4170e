import { Canvas, type Colour } from './canvas.ts';
import { decode, encodeJpeg } from './decoder.ts';
import { glyphHeight, glyphWidth, toDrawable } from './glyphs.ts';
import { inspectImage } from './inspect-image.ts';
import type { ImageLimits } from './pixels.ts';

export interface AnnotatedBox {
  readonly classId: number;
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** x1, y1, x2, y2 in pixels of the upright picture. */
  readonly bbox: readonly number[];
}

/** Longer side of the answer, in pixels: for eyes, and so that 40 megapixels never lie in memory uncompressed. */
const maxSide = 2048;
const maxLabelLength = 32;

/**
 * Draws boxes and labels onto an image.
 *
 * It draws on the pixels themselves: an SVG overlay would need fonts, and a parser for text that comes from outside.
 *
 * @param boxes best first; the best is drawn on top
 * @returns a JPEG, scaled down when its longer side would exceed 2048 pixels
 * @throws {Problem} see {@link inspectImage}; `invalid-image` when it cannot be decoded
 */
export async function annotate(bytes: Uint8Array, limits: ImageLimits, boxes: readonly AnnotatedBox[]): Promise<Buffer> {
  const image = inspectImage(bytes, limits);
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const pixels = await decode(bytes, image, { width, height, colour: 'rgb' });

  const canvas = new Canvas(pixels);
  for (const box of boxes.toReversed()) drawBox(canvas, box, scale);
  return encodeJpeg(pixels);
}

function drawBox(canvas: Canvas, { classId, label, confidence, bbox }: AnnotatedBox, scale: number): void {
  const { width, height } = canvas.pixels;
  const longer = Math.max(width, height);
  const line = Math.max(1, Math.round(longer / 320));
  const dot = Math.max(1, Math.round(longer / 480));
  const colour = colourOf(classId);

  const [left, top, right, bottom] = bbox.map((value) => Math.round(value * scale)) as [number, number, number, number];
  canvas.frame(left, top, right - left, bottom - top, line, colour);

  const text = toDrawable(`${label.slice(0, maxLabelLength)} ${Math.round(confidence * 100)}%`);
  const labelWidth = (text.length * (glyphWidth + 1) + 3) * dot;
  const labelHeight = (glyphHeight + 4) * dot;
  // Above the box where there is room, else inside it; never beyond the picture's edges.
  const labelTop = top >= labelHeight ? top - labelHeight : Math.max(0, top);
  const labelLeft = Math.max(0, Math.min(left, width - labelWidth));
  canvas.fill(labelLeft, labelTop, labelWidth, labelHeight, colour);
  canvas.write(text, labelLeft + 2 * dot, labelTop + 2 * dot, dot, inkOn(colour));
}

/** Turns the hue by the golden angle from class to class, so that neighbours never look alike. */
function colourOf(classId: number): Colour {
  const hue = (classId * 137.508 + 210) % 360;
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.52 - 0.46 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Black or white, by the luma of ITU-R BT.601. */
function inkOn([red, green, blue]: Colour): Colour {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? [0, 0, 0] : [255, 255, 255];
}
