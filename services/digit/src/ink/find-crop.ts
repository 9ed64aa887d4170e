import type { Pixels } from '@facet/imaging';
import { around, connect, type Box, type Components } from './components.ts';
import type { Strokes } from './find-strokes.ts';
import { splitShades, type Shades } from './split-shades.ts';

/** Shades between which the border of a picture must vary to be more than paper, of 255. */
const leastContrast = 16;
/** Of all variance, that lies between ink and paper where a picture shows nothing else. */
const leastSeparation = 0.7;
/** Of the light of paper, that ink gives back at most; a shadow leaves more. */
const darkest = 0.4;
/** From this ratio of its sides on, a picture is as narrow as a 1. */
const narrow = 2;

/**
 * The strokes of a digit that was cut out at its ink, so that there is no sheet around it to tell paper from ink by: ink is what hangs together
 * from edge to edge while paper lies in the corners, and it may be the larger part. Undefined for any other picture.
 *
 * @param pixels 1 channel
 */
export function findCrop(pixels: Pixels): Strokes | undefined {
  const { data, width, height } = pixels;
  if (borderContrast(pixels) < leastContrast) return undefined;
  const shades = splitShades(data);
  if (!shades || shades.separation < leastSeparation || shades.dark > darkest * shades.bright) return undefined;
  for (const isDark of [true, false]) {
    if (!mayBeDigit(pixels, shades.level, isDark)) continue;
    const ink = partOf(pixels, shades.level, isDark);
    if (isDigit(ink, () => partOf(pixels, shades.level, !isDark), width, height)) return strokesOf(pixels, shades, isDark);
  }
  return undefined;
}

function borderContrast({ data, width, height }: Pixels): number {
  let [low, high] = [255, 0];
  const see = (value: number): void => {
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (let x = 0; x < width; x++) {
    see(data[x]!);
    see(data[(height - 1) * width + x]!);
  }
  for (let y = 0; y < height; y++) {
    see(data[y * width]!);
    see(data[(y + 1) * width - 1]!);
  }
  return high - low;
}

/** A cheap look before what hangs together is found: whether a shade reaches all four edges, and lies in two corners at most or in a narrow picture. */
function mayBeDigit({ data, width, height }: Pixels, level: number, isDark: boolean): boolean {
  const isOwn = (at: number): boolean => data[at]! <= level === isDark;
  if (height < narrow * width && cornersOf(width, height).filter(isOwn).length > 2) return false;
  const [columns, rows] = [Math.floor(hairline * width), Math.floor(hairline * height)];
  const anyIn = (left: number, top: number, right: number, bottom: number): boolean => {
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) if (isOwn(y * width + x)) return true;
    return false;
  };
  return (
    anyIn(0, 0, columns, height - 1) &&
    anyIn(width - 1 - columns, 0, width - 1, height - 1) &&
    anyIn(0, 0, width - 1, rows) &&
    anyIn(0, height - 1 - rows, width - 1, height - 1)
  );
}

const cornersOf = (width: number, height: number): number[] => [0, width - 1, (height - 1) * width, height * width - 1];

function partOf({ data, width, height }: Pixels, level: number, isDark: boolean): Components {
  const isOpen = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) isOpen[i] = Number(data[i]! <= level === isDark);
  return connect(isOpen, width, height);
}

/** Part of a side that soft edges leave between ink and the edge of a picture that was cut at it. */
const hairline = 0.12;
/** Parts of a digit, by the share that each has of the largest. */
const leastPart = 0.03;
/** Of the rectangle around it, a digit other than a 1 leaves more free than a sheet of paper does. */
const mostFilled = 0.75;

/**
 * Whether what has one of two shades is a digit that fills its picture, and not the sheet or the table around one. It reaches all four edges and
 * leaves the corners free, all but two of them.
 *
 * @param rest gives what has the other shade
 */
function isDigit({ pixels, components }: Components, rest: () => Components, width: number, height: number): boolean {
  const largest = components.reduce((best, each) => (each.area > best.area ? each : best));
  const reaches = ({ left, top, right, bottom }: Box): boolean =>
    left <= hairline * width && top <= hairline * height && right >= width - 1 - hairline * width && bottom >= height - 1 - hairline * height;
  const isWhole = reaches(largest);
  if (!isWhole && !reaches(around(components.filter(({ area }) => area >= leastPart * largest.area)))) return false;

  const corners = cornersOf(width, height);
  let taken = 0;
  for (const at of pixels) if (corners.includes(at)) taken++;
  if (taken <= (isWhole ? 2 : 1)) return height >= narrow * width || largest.area < mostFilled * width * height;
  // A 1 may fill its picture: what is left then lies at its sides.
  return isWhole && height >= narrow * width && rest().components.every(({ touchesEdge }) => touchesEdge);
}

function strokesOf({ data, width, height }: Pixels, { dark, bright }: Shades, isDark: boolean): Strokes {
  const ink = new Uint8Array(data.length);
  const [paper, core] = isDark ? [bright, dark] : [dark, bright];
  for (let i = 0; i < data.length; i++) ink[i] = Math.max(0, Math.min(255, (200 * (data[i]! - paper)) / (core - paper)));
  return { ink: { data: ink, width, height }, left: 0, top: 0, right: width - 1, bottom: height - 1, paper: 0, core: 200 };
}
