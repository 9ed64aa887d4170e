import type { InkMap } from './flatten-paper.ts';

/** The part of an ink map that is the digit. */
export interface Strokes {
  /** Ink of the digit's own strokes; 0 elsewhere. */
  readonly ink: InkMap;
  /** Bounding box: first and last column and row. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Ink strength of bare paper, and of the middle of a stroke. */
  readonly paper: number;
  readonly core: number;
}

interface Component {
  readonly start: number;
  readonly end: number;
  readonly area: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly touchesEdge: boolean;
}

/** Share of the pixels that at least belongs to the middle of strokes, even with a thin pen on a large sheet. */
const coreShare = 0.002;
/** Least contrast of ink, of 255, and in standard deviations of the paper's grain, which a five hundredth of all pixels exceeds by 2.9. */
const leastContrast = 16;
const leastDeviations = 4;
/**
 * From paper to core: the shades from which on ink is taken for a stroke. The first keeps the faint ends of strokes; the others are
 * for pictures in which ruled lines, shadows or the sheet's edge would come with them.
 */
const thresholds = [0.3, 0.5, 0.65];

/** The digit's strokes without specks, edges of the sheet and faint lines; undefined when there is no ink. */
export function findStrokes(ink: InkMap): Strokes | undefined {
  const { paper, grain, core } = inkLevels(ink.data);
  if (core - paper < Math.max(leastContrast, leastDeviations * grain)) return undefined;

  const { pixels, chosen } = selectComponents(ink, paper, core);
  if (chosen.length === 0) return undefined;

  const data = new Uint8Array(ink.data.length);
  for (const { start, end } of chosen) for (let i = start; i < end; i++) data[pixels[i]!] = ink.data[pixels[i]!]!;
  return {
    ink: { data, width: ink.width, height: ink.height },
    left: Math.min(...chosen.map((c) => c.left)),
    top: Math.min(...chosen.map((c) => c.top)),
    right: Math.max(...chosen.map((c) => c.right)),
    bottom: Math.max(...chosen.map((c) => c.bottom)),
    paper,
    core,
  };
}

/** Takes the first threshold at which the digit lies free; if it never does, it was cropped, and the first is best. */
function selectComponents(ink: InkMap, paper: number, core: number): { pixels: Int32Array; chosen: Component[] } {
  let first: { pixels: Int32Array; chosen: Component[] } | undefined;
  for (const threshold of thresholds) {
    const { pixels, components } = connect(ink, paper + threshold * (core - paper));
    const chosen = chooseComponents(components);
    first ??= { pixels, chosen };
    if (chosen.length > 0 && chosen.every((c) => !c.touchesEdge)) return { pixels, chosen };
  }
  return first!;
}

/** Paper is the median; its grain shows on the side away from ink; the core of strokes is what only a small share exceeds. */
function inkLevels(data: Uint8Array): { paper: number; grain: number; core: number } {
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

/** Flood-fills what exceeds a shade, 8-connected. Pixels are listed component by component. */
function connect({ data, width, height }: InkMap, level: number): { pixels: Int32Array; components: Component[] } {
  const isOpen = new Uint8Array(data.length);
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > level) count += isOpen[i] = 1;

  const pixels = new Int32Array(count);
  const components: Component[] = [];
  let end = 0;
  for (let seed = 0; end < count; seed++) {
    if (!isOpen[seed]) continue;
    const start = end;
    let left = width;
    let right = 0;
    let top = height;
    let bottom = 0;
    isOpen[seed] = 0;
    pixels[end++] = seed;
    for (let next = start; next < end; next++) {
      const at = pixels[next]!;
      const y = (at / width) | 0;
      const x = at - y * width;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      const toX = x < width - 1 ? 1 : 0;
      const toY = y < height - 1 ? 1 : 0;
      for (let dy = y > 0 ? -1 : 0; dy <= toY; dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= toX; dx++) {
          const neighbour = at + dy * width + dx;
          if (!isOpen[neighbour]) continue;
          isOpen[neighbour] = 0;
          pixels[end++] = neighbour;
        }
      }
    }
    components.push({
      start,
      end,
      area: end - start,
      left,
      top,
      right,
      bottom,
      touchesEdge: left === 0 || top === 0 || right === width - 1 || bottom === height - 1,
    });
  }
  return { pixels, components };
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
