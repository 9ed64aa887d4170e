import { glyphHeight, glyphWidth, hasDot } from './glyphs.ts';
import type { Pixels } from './pixels.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Draws on RGB pixels in place; whatever lies outside is cut off. */
export class Canvas {
  readonly pixels: Pixels;

  constructor(pixels: Pixels) {
    this.pixels = pixels;
  }

  fill(left: number, top: number, width: number, height: number, [red, green, blue]: Colour): void {
    const { data, width: columns, height: lines } = this.pixels;
    const right = Math.min(columns, left + width);
    const bottom = Math.min(lines, top + height);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left), i = (y * columns + x) * 3; x < right; x++, i += 3) {
        data[i] = red;
        data[i + 1] = green;
        data[i + 2] = blue;
      }
    }
  }

  frame(left: number, top: number, width: number, height: number, line: number, colour: Colour): void {
    this.fill(left, top, width, line, colour);
    this.fill(left, top + height - line, width, line, colour);
    this.fill(left, top, line, height, colour);
    this.fill(left + width - line, top, line, height, colour);
  }

  /** @param text drawable, see `toDrawable` */
  write(text: string, left: number, top: number, scale: number, colour: Colour): void {
    for (let i = 0; i < text.length; i++) {
      for (let y = 0; y < glyphHeight; y++) {
        for (let x = 0; x < glyphWidth; x++) {
          if (hasDot(text[i]!, x, y)) this.fill(left + (i * (glyphWidth + 1) + x) * scale, top + y * scale, scale, scale, colour);
        }
      }
    }
  }
}
