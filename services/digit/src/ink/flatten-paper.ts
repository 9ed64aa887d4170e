import type { Pixels } from '@facet/imaging';
import { fitLight } from './fit-light.ts';
import { closeGrid, interpolateGrid, type CellGrid, type Grid } from './grid.ts';

/** Strength of the ink at each pixel: 0 is paper, 255 is black ink on white or white on black. */
export interface InkMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Half the width, as a share of the longer side, of what still counts as a stroke; wider dark areas are shadows. */
const strokeShare = 0.16;

/**
 * Separates ink from paper: finds out which of the two is darker, and divides by the local brightness of the paper, which takes
 * shadows and vignetting out (reflectance is observed light by incident light).
 *
 * @param pixels 1 channel
 * @param cells those of the same pixels
 */
export function flattenPaper({ data, width, height }: Pixels, { cell, ...cells }: CellGrid): InkMap {
  const isInkDark = hasDarkInk(cells.mean);

  // Seen with dark ink, paper is the brightest of a cell; strokes, which no cell may fill, are closed over.
  const brightest = isInkDark ? cells.max : inverted(cells.min);
  // Light that falls off smoothly is taken out before: at the edge of the picture nothing would close over it.
  const trend = fitLight(brightest);
  const even = trend ? { ...brightest, data: brightest.data.map((value, i) => value / trend.data[i]!) } : brightest;
  const paper = closeGrid(even, Math.max(2, Math.round(strokeShare * Math.max(brightest.width, brightest.height))));
  if (trend) for (let i = 0; i < paper.data.length; i++) paper.data[i]! *= trend.data[i]!;

  const ink = new Uint8Array(width * height);
  const row = new Float32Array(width);
  const flip = isInkDark ? 0 : 255;
  for (let y = 0, i = 0; y < height; y++) {
    interpolateGrid(paper, y, cell, row);
    for (let x = 0; x < width; x++, i++) {
      const light = row[x]!;
      const missing = light - (data[i]! ^ flip);
      if (missing > 0) ink[i] = (255 * missing) / light;
    }
  }
  return { data: ink, width, height };
}

/** Share of the border, and of the whole, that has one shade on a sheet that a program drew. */
const plainBorder = 0.98;
const plainSheet = 0.5;

/** Ink on a drawn sheet, which has neither shadows nor grain: what lies on the side of its shade where more of the rest lies. Undefined for photographs. */
export function inkOnPlain({ data, width, height }: Pixels): InkMap | undefined {
  const shade = data[0]!;
  let border = 0;
  for (let x = 0; x < width; x++) border += Number(data[x] === shade) + Number(data[(height - 1) * width + x] === shade);
  for (let y = 0; y < height; y++) border += Number(data[y * width] === shade) + Number(data[(y + 1) * width - 1] === shade);
  if (border < plainBorder * 2 * (width + height)) return undefined;
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++;
  if (counts[shade]! < plainSheet * data.length) return undefined;

  let balance = 0;
  for (let value = 0; value < 256; value++) balance += counts[value]! * (value - shade);
  const scale = new Uint8Array(256);
  for (let value = 0; value < 256; value++) {
    if (balance < 0 && value < shade) scale[value] = (255 * (shade - value)) / shade;
    if (balance > 0 && value > shade) scale[value] = (255 * (value - shade)) / (255 - shade);
  }
  // A plain loop: Uint8Array.map with a callback takes five times as long.
  const ink = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) ink[i] = scale[data[i]!]!;
  return { data: ink, width, height };
}

/**
 * Ink covers less than paper does, so what deviates further from its surroundings is ink: the sign of the third moment.
 * Logarithms, since light multiplies: a shadow takes a share of the light, ink takes nearly all of it.
 */
function hasDarkInk({ data, width, height }: Grid): boolean {
  const radius = Math.max(2, Math.round(Math.max(width, height) / 5));
  const light = data.map((value) => Math.log(value + 32));
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, line = 0; x < width; x++) {
      line += light[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + line;
    }
  }
  let moment = 0;
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * (width + 1);
    const bottom = Math.min(height, y + radius + 1) * (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const area = ((bottom - top) / (width + 1)) * (right - left);
      const average = (sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!) / area;
      moment += (light[y * width + x]! - average) ** 3;
    }
  }
  return moment <= 0;
}

function inverted({ data, width, height }: Grid): Grid {
  return { data: data.map((value) => 255 - value), width, height };
}
