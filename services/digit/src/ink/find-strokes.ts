import { around, connect, type Box, type Component, type Components } from './components.ts';
import type { InkMap } from './flatten-paper.ts';
import { groupDigits } from './group-digits.ts';

/** The part of an ink map that is the digit. */
export interface Strokes extends Box {
  /** Ink of the digit's own strokes; 0 elsewhere. */
  readonly ink: InkMap;
  /** Ink strength of bare paper, and of the middle of a stroke. */
  readonly paper: number;
  readonly core: number;
  /** Digits that the picture shows, where there may be others beside this one. */
  readonly digits?: number;
}

/**
 * Shares of the pixels that at least belong to the middle of strokes, even with a thin pen on a large sheet: of a usual digit, and of one of a
 * fiftieth of the sheet. The least contrast of ink follows, of 255 and in standard deviations of the paper's grain, which so few pixels exceed by
 * 2.9 and by 4.
 */
const usual = { coreShare: 0.002, leastContrast: 16, leastDeviations: 4 };
const tiny = { coreShare: 0.00004, leastContrast: 32, leastDeviations: 8 };
/** Least longer side of a tiny digit, in pixels: less is a speck. */
const leastSide = 6;
/** The edge of a stroke has at most this width, in pixels, and at least this part of its contrast falls there; light falls off more slowly. */
const edgeWidth = 4;
/** The same by the height of a digit, where that is more. */
const edgeShare = 0.1;
const leastEdge = 0.3;
/**
 * From paper to core: the shades from which on ink is taken for a stroke. The first keeps the faint ends of strokes; the others are
 * for pictures in which ruled lines, shadows or the sheet's edge would come with them.
 */
const thresholds = [0.3, 0.5, 0.65];

/** The digit's strokes without specks, edges of the sheet and faint lines; undefined when there is no ink. */
export function findStrokes(ink: InkMap): Strokes | undefined {
  return strokesAt(ink, usual) ?? strokesAt(ink, tiny);
}

/** What hangs together on an ink map, with the shades of paper and strokes. */
export interface Parts extends Components {
  readonly paper: number;
  readonly core: number;
}

/** All that may be strokes, wherever it lies; undefined when there is no ink. */
export function findParts(ink: InkMap): Parts | undefined {
  for (const scale of [usual, tiny]) {
    const levels = inkIn(ink, scale);
    if (!levels) continue;
    const { paper, core } = levels;
    let first: Parts | undefined;
    for (const threshold of thresholds) {
      const parts = { ...darkerThan(ink, paper + threshold * (core - paper)), paper, core };
      if (parts.components.length === 0) continue;
      first ??= parts;
      const most = Math.max(...areasOf(parts.components));
      if (parts.components.some(({ touchesEdge, area }) => !touchesEdge && area >= 0.1 * most)) return parts;
    }
    if (first) return first;
  }
  return undefined;
}

/** Shades of paper and strokes; undefined where nothing stands out from the grain. */
function inkIn({ data }: InkMap, { coreShare, leastContrast, leastDeviations }: typeof usual): { paper: number; core: number } | undefined {
  const { paper, grain, core } = inkLevels(data, coreShare);
  return core - paper < Math.max(leastContrast, leastDeviations * grain) ? undefined : { paper, core };
}

function strokesAt(ink: InkMap, scale: typeof usual): Strokes | undefined {
  const levels = inkIn(ink, scale);
  if (!levels) return undefined;
  const { paper, core } = levels;
  const { pixels, components, chosen } = selectComponents(ink, paper, core);
  if (chosen.length === 0) return undefined;
  const box = around(chosen);
  if (scale === tiny && Math.max(box.right - box.left, box.bottom - box.top) + 1 < leastSide) return undefined;
  if (!hasEdges(ink, pixels, chosen, leastEdge * (core - paper))) return undefined;

  const data = new Uint8Array(ink.data.length);
  for (const { start, end } of chosen) for (let i = start; i < end; i++) data[pixels[i]!] = ink.data[pixels[i]!]!;
  return {
    ink: { data, width: ink.width, height: ink.height },
    ...box,
    paper,
    core,
    digits: components.length === 1 ? 1 : groupDigits(components).flat().length,
  };
}

function areasOf(components: readonly Component[]): number[] {
  return components.slice(0, 10_000).map(({ area }) => area);
}

/** Whether strokes end as ink does, see {@link hasEdges}; on a picture that was not reduced to a digit of usual size their edges are wider. */
export function endLikeInk(ink: InkMap, { pixels, paper, core }: Parts, chosen: readonly Component[], height: number): boolean {
  return hasEdges(ink, pixels, chosen, leastEdge * (core - paper), Math.max(edgeWidth, Math.round(edgeShare * height)));
}

/** Whether a tenth of the pixels lies near a fall in ink: light that falls off does so slowly everywhere. */
function hasEdges({ data, width, height }: InkMap, pixels: Int32Array, chosen: readonly Component[], fall: number, reach = edgeWidth): boolean {
  let [near, all] = [0, 0];
  for (const { start, end } of chosen) {
    const step = Math.max(1, Math.floor((end - start) / 500));
    for (let i = start; i < end; i += step) {
      const at = pixels[i]!;
      const y = (at / width) | 0;
      const x = at - y * width;
      const value = data[at]!;
      all++;
      if (
        (x >= reach && value - data[at - reach]! > fall) ||
        (x < width - reach && value - data[at + reach]! > fall) ||
        (y >= reach && value - data[at - reach * width]! > fall) ||
        (y < height - reach && value - data[at + reach * width]! > fall)
      )
        near++;
    }
  }
  return near >= 0.1 * all;
}

/** Takes the first threshold at which the digit lies free; if it never does, it was cropped, and the first is best. */
function selectComponents(ink: InkMap, paper: number, core: number): Components & { chosen: Component[] } {
  let first: (Components & { chosen: Component[] }) | undefined;
  for (const threshold of thresholds) {
    const { pixels, components } = darkerThan(ink, paper + threshold * (core - paper));
    const chosen = chooseComponents(components);
    first ??= { pixels, components, chosen };
    if (chosen.length > 0 && chosen.every((c) => !c.touchesEdge)) return { pixels, components, chosen };
  }
  return first!;
}

/** Paper is the median; its grain shows on the side away from ink; the core of strokes is what only a small share exceeds. */
function inkLevels(data: Uint8Array, coreShare: number): { paper: number; grain: number; core: number } {
  const histogram = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) histogram[data[i]!]!++;
  const exceededBy = (count: number) => {
    let level = 255;
    for (let above = histogram[255]!; above <= count && level > 0;) above += histogram[--level]!;
    return level;
  };
  const paper = exceededBy(data.length / 2);
  return { paper, grain: paper - exceededBy(0.84 * data.length), core: exceededBy(Math.max(4, data.length * coreShare)) };
}

/** What is darker than a shade. */
function darkerThan({ data, width, height }: InkMap, level: number): Components {
  const isOpen = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) if (data[i]! > level) isOpen[i] = 1;
  return connect(isOpen, width, height);
}

/** Specks are far smaller than the digit; strokes of a broken digit (a 5's bar) are neither small nor far. */
function chooseComponents(components: readonly Component[]): Component[] {
  const largest = components.reduce<Component | undefined>((best, c) => (best && best.area >= c.area ? best : c), undefined);
  if (!largest) return [];
  // What runs off the picture is the edge of the sheet or a ruled line, if anything inside could be the digit.
  const inner = components.filter((c) => !c.touchesEdge && c.area >= 0.1 * largest.area);
  const main = largest.touchesEdge ? inner.reduce((best, c) => (!best.touchesEdge && best.area >= c.area ? best : c), largest) : largest;

  const reach = 0.35 * Math.max(main.right - main.left, main.bottom - main.top);
  return components.filter((c) => {
    if (c === main) return true;
    const gap = Math.max(c.left - main.right, main.left - c.right, c.top - main.bottom, main.top - c.bottom);
    return c.area >= 0.03 * main.area && gap <= reach && (main.touchesEdge || !c.touchesEdge);
  });
}
