import type { Pixels } from '@facet/imaging';

// Jest looks globals up slowly; millions of times that is minutes.
const { abs, cos, floor, imul, max, min, round, sin, PI } = Math;

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
/** Strength of ink from 0 to 1, 28 x 28. */
export type Digit = Uint8Array;

interface Page {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

const within = (random: Random, from: number, to: number): number => from + (to - from) * random();
const whole = (random: Random, from: number, to: number): number => floor(within(random, from, to));

function page(width: number, height: number, shade: (x: number, y: number) => number): Page {
  const data = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) data[i] = shade(x, y);
  return { data, width, height };
}

/** The digit's ink at a point of a square of `side` pixels, bilinear. */
function inkAt(digit: Digit, side: number, x: number, y: number): number {
  const sx = ((x + 0.5) * 28) / side - 0.5;
  const sy = ((y + 0.5) * 28) / side - 0.5;
  const [x0, y0] = [floor(sx), floor(sy)];
  const [fx, fy] = [sx - x0, sy - y0];
  const at = (column: number, row: number): number => (column < 0 || row < 0 || column > 27 || row > 27 ? 0 : digit[row * 28 + column]!);
  return ((at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy) / 255;
}

/** Writes a digit in ink of a shade, keeping what part of the light falls there. */
function write({ data, width, height }: Page, digit: Digit, left: number, top: number, side: number, ink = 35): void {
  for (let y = max(0, top); y < min(height, top + side); y++)
    for (let x = max(0, left); x < min(width, left + side); x++) {
      const i = y * width + x;
      data[i]! += (ink - data[i]!) * inkAt(digit, side, x - left, y - top);
    }
}

/** Grain (a sum of four uniform numbers is near enough to a normal one) and a soft lens. */
function photograph({ data, width, height }: Page, random: Random, grain = 4): Pixels {
  const noisy = Float32Array.from(data, (value) => value + grain * 1.732 * (random() + random() + random() + random() - 2));
  const blurred = new Uint8Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    const [up, down] = [y > 0 ? -width : 0, y < height - 1 ? width : 0];
    for (let x = 0; x < width; x++, i++) {
      const [left, right] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
      const line = (at: number): number => 0.23 * noisy[at + left]! + 0.54 * noisy[at]! + 0.23 * noisy[at + right]!;
      blurred[i] = max(0, min(255, 0.23 * line(i + up) + 0.54 * line(i) + 0.23 * line(i + down)));
    }
  }
  return { data: blurred, width, height, channels: 1 };
}

/** Pixels as they are. */
function scan({ data, width, height }: Page): Pixels {
  return { data: Uint8Array.from(data, (value) => max(0, min(255, round(value)))), width, height, channels: 1 };
}

/** Cut at its ink with nothing left over, as contours and their bounding boxes give it, in either polarity. */
export function tightCrop(digit: Digit, random: Random): Pixels {
  const side = [28, 64, 200, 500][whole(random, 0, 4)]!;
  const cut = [0.1, 0.3, 0.5][whole(random, 0, 3)]!;
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) if (inkAt(digit, side, x, y) > cut) [left, top, right, bottom] = [min(left, x), min(top, y), max(right, x), max(bottom, y)];
  const isDark = random() < 0.5;
  return scan(
    page(right - left + 1, bottom - top + 1, (x, y) => {
      const ink = inkAt(digit, side, x + left, y + top);
      return 255 * (isDark ? 1 - ink : ink);
    }),
  );
}

/** A table from black to light: plain, or with the bands of wood, or a cloth's squares. */
function tableOf(random: Random, darkest: number, lightest: number): (x: number, y: number) => number {
  const shade = within(random, darkest, lightest);
  const kind = whole(random, 0, 3);
  const [stripe, depth] = [within(random, 12, 40), within(random, 0.05, 0.25)];
  if (kind === 1) return (x, y) => shade * (1 - depth * (0.5 + 0.5 * sin(y / stripe + 0.7 * sin(x / (4 * stripe)))));
  if (kind === 2) return (x, y) => shade * (1 - depth * ((floor(x / stripe) + floor(y / stripe)) % 2));
  return () => shade;
}

/** A whole sheet in view on a table, from `darkest` to `lightest`. */
export const onTable =
  (darkest: number, lightest: number) =>
  (digit: Digit, random: Random): Pixels => {
    const [width, height] = [800, 600];
    const share = within(random, 0.42, 0.95);
    const [sheetWidth, sheetHeight] = [floor(width * share), floor(height * share)];
    const side = floor(sheetHeight * within(random, 0.4, 0.6));
    const [left, top] = [whole(random, 0, width - sheetWidth), whole(random, 0, height - sheetHeight)];
    const [paper, falls] = [within(random, 225, 250), within(random, 0, 0.2)];
    const table = tableOf(random, darkest, lightest);
    const isPaper = (x: number, y: number): boolean => x >= left && x < left + sheetWidth && y >= top && y < top + sheetHeight;
    const view = page(width, height, (x, y) => (isPaper(x, y) ? paper * (1 - (falls * x) / width) : table(x, y)));
    write(view, digit, left + whole(random, 10, sheetWidth - side - 10), top + whole(random, 10, sheetHeight - side - 10), side);
    return photograph(view, random);
  };

/** How the light falls on a blank sheet of some kind. */
export function blank(_: Digit, random: Random): Pixels {
  const [width, height] = [640, 480];
  const [kind, falls] = [whole(random, 0, 4), within(random, 0.1, 0.6)];
  const angle = within(random, 0, 2 * PI);
  const [ax, ay] = [cos(angle), sin(angle)];
  const light = (x: number, y: number): number => {
    const [u, v] = [x / width - 0.5, y / height - 0.5];
    if (kind === 0) return 1 - falls * (0.5 + (u * ax + v * ay) / 1.42);
    if (kind === 1) return 1 - falls * 2 * (u * u + v * v);
    // A lamp near the sheet.
    if (kind === 2) return 1 - falls + falls / (1 + 6 * ((u - 0.5 * ax) ** 2 + (v - 0.5 * ay) ** 2));
    // A fold: the light changes its slope along a line.
    return 1 - falls * abs(u * ax + v * ay);
  };
  return photograph(
    page(width, height, (x, y) => 245 * light(x, y)),
    random,
  );
}

/** A digit of some share of the longer side, on plain paper. */
export const small =
  (share: number, grain: number) =>
  (digit: Digit, random: Random): Pixels => {
    const [width, height] = [whole(random, 700, 1600), whole(random, 600, 1200)];
    // The box that the ink fills is 20 of 28 pixels of the square.
    const side = round((share * max(width, height) * 28) / 20);
    const view = page(width, height, () => 245);
    write(view, digit, whole(random, 20, width - side - 20), whole(random, 20, height - side - 20), side);
    return grain > 0 ? photograph(view, random, grain) : scan(view);
  };

/** A digit on ruled or squared paper; without one, the paper alone. */
export const ruled =
  (isSquared: boolean, isBlank = false) =>
  (digit: Digit, random: Random): Pixels => {
    const [width, height] = [900, 700];
    const [step, thickness, strength] = [whole(random, 28, 60), whole(random, 1, 4), within(random, 150, 205)];
    const from = whole(random, 5, 30);
    const view = page(width, height, (x, y) =>
      (y >= from && (y - from) % step < thickness) || (isSquared && x >= from && (x - from) % step < thickness) ? strength : 245,
    );
    const side = whole(random, 70, 240);
    if (!isBlank) write(view, digit, whole(random, 20, width - side - 20), whole(random, 20, height - side - 20), side);
    return photograph(view, random);
  };

/** A digit in a box of a form. */
export function inBox(digit: Digit, random: Random): Pixels {
  const [width, height] = [whole(random, 150, 400), whole(random, 150, 400)];
  const [margin, thickness] = [whole(random, 6, 20), whole(random, 2, 5)];
  const line = within(random, 30, 120);
  const isLine = (x: number, size: number): boolean => (x >= margin && x < margin + thickness) || (x < size - margin && x >= size - margin - thickness);
  const isInside = (x: number, size: number): boolean => x >= margin && x < size - margin;
  const view = page(width, height, (x, y) => ((isLine(x, width) && isInside(y, height)) || (isLine(y, height) && isInside(x, width)) ? line : 245));
  const side = floor((min(width, height) - 2 * (margin + thickness)) * within(random, 0.75, 1));
  const at = (size: number): number => floor((size - side) / 2 + within(random, -0.05, 0.05) * side);
  write(view, digit, at(width), at(height), side);
  return photograph(view, random);
}

/** Several digits in a row on plain or photographed paper, and how much room is between them, in sides of one. */
export function rowOf(digits: readonly Digit[], random: Random): Pixels {
  const side = whole(random, 60, 140);
  const step = floor(side * within(random, 0.95, 1.3));
  const [width, height] = [step * digits.length + side + whole(random, 20, 200), side + whole(random, 60, 240)];
  const [falls, isPhotograph] = [within(random, 0, 0.25), random() < 0.7];
  const view = page(width, height, (x) => (isPhotograph ? 240 * (1 - (falls * x) / width) : 255));
  const [left, top] = [whole(random, 10, width - step * digits.length - 10), whole(random, 15, height - side - 25)];
  for (const [index, digit] of digits.entries()) {
    const own = floor(side * within(random, 0.85, 1.1));
    write(view, digit, left + index * step, top + whole(random, -8, 9), own);
  }
  return isPhotograph ? photograph(view, random) : scan(view);
}
