import { around, type Box, type Component } from './components.ts';

/** What belongs to one digit. */
export interface DigitParts extends Box {
  readonly parts: readonly Component[];
}

/** Of the tallest digit's height, what the others have at least. */
const leastHeight = 0.45;
/** Of the largest digit's area, what the others have at least, for one may be written with a thin pen; and what a part of one has, such as the bar of a 5. */
const leastArea = 0.04;
const leastPart = 0.02;
/** Gap between the parts of a digit, at most, in heights of the tallest. */
const partReach = 0.25;
/** Times as wide as high, from which on something is a line and no digit. */
const lineWidth = 4;
/** Digits on a picture, at most: more are no writing. */
const mostDigits = 100;
/** Components that are looked at, the largest: paper's grain may have thousands. */
const mostComponents = 4 * mostDigits;

const heightOf = ({ top, bottom }: Box): number => bottom - top + 1;
const widthOf = ({ left, right }: Box): number => right - left + 1;
const overlap = (from: number, to: number, otherFrom: number, otherTo: number): number => Math.min(to, otherTo) - Math.max(from, otherFrom) + 1;

/** Puts what hangs together into digits, line by line from the top, each from the left. What runs off the picture counts where nothing else is left. */
export function groupDigits(components: readonly Component[]): DigitParts[][] {
  const usable = components.filter((each) => widthOf(each) <= lineWidth * heightOf(each) || each.area < 4);
  const inner = usable.filter(({ touchesEdge }) => !touchesEdge);
  const largest = (inner.length > 0 ? inner : usable).toSorted((a, b) => b.area - a.area).slice(0, mostComponents);
  const most = largest[0]?.area ?? 0;
  const tallest = Math.max(0, ...largest.filter(({ area }) => area >= leastArea * most).map(heightOf));
  const isDigit = (each: Component): boolean => heightOf(each) >= leastHeight * tallest && each.area >= leastArea * most;
  const digits: DigitParts[] = [];
  for (const body of largest.filter(isDigit)) {
    const at = digits.findIndex((digit) => isOne(digit, body, tallest));
    if (at < 0) digits.push({ ...boxOf(body), parts: [body] });
    else digits[at] = join(digits[at]!, body);
  }
  for (const part of largest) {
    if (isDigit(part) || part.area < leastPart * most) continue;
    const at = nearest(digits, part, partReach * tallest);
    if (at >= 0) digits[at] = join(digits[at]!, part);
  }
  return linesOf(digits.slice(0, mostDigits));
}

function boxOf({ left, top, right, bottom }: Box): Box {
  return { left, top, right, bottom };
}

function join(digit: DigitParts, part: Component): DigitParts {
  return { ...around([digit, part]), parts: [...digit.parts, part] };
}

/** Whether two large parts are one digit in two pieces: one above the other, or each around the other, together no higher than a digit. */
function isOne(digit: DigitParts, part: Component, tallest: number): boolean {
  const shared = overlap(digit.left, digit.right, part.left, part.right);
  return shared > 0.5 * Math.min(widthOf(digit), widthOf(part)) && heightOf(around([digit, part])) <= 1.3 * tallest;
}

/** The digit that a part belongs to; -1 where none is near. */
function nearest(digits: readonly DigitParts[], part: Component, reach: number): number {
  let best = -1;
  let least = reach;
  for (const [index, digit] of digits.entries()) {
    const gap = Math.max(part.left - digit.right, digit.left - part.right, part.top - digit.bottom, digit.top - part.bottom);
    if (gap > least) continue;
    least = gap;
    best = index;
  }
  return best;
}

/** Digits that share most of their height are in one line. */
function linesOf(digits: readonly DigitParts[]): DigitParts[][] {
  const lines: DigitParts[][] = [];
  for (const digit of digits.toSorted((a, b) => a.left - b.left)) {
    // Against the last digit of a line, for lines are seldom level.
    const line = lines.find((each) => {
      const last = each.at(-1)!;
      return overlap(last.top, last.bottom, digit.top, digit.bottom) >= 0.4 * Math.min(heightOf(last), heightOf(digit));
    });
    if (line) line.push(digit);
    else lines.push([digit]);
  }
  return lines.toSorted((a, b) => a[0]!.top - b[0]!.top);
}
