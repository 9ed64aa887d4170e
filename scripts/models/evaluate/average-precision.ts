import { areaOf, overlapOf, sharedArea } from '@facet/math';

/** x1, y1, x2, y2 in pixels of the picture. */
export type Corners = readonly [number, number, number, number];

export interface TruthBox {
  readonly image: number;
  readonly category: number;
  readonly bbox: Corners;
  /** A crowd: finding any part of it is neither right nor wrong. */
  readonly crowd: boolean;
  /** In square pixels, of the object itself; the box's where it is not known. */
  readonly area?: number;
}

export interface FoundBox {
  readonly image: number;
  readonly category: number;
  readonly bbox: Corners;
  readonly confidence: number;
}

export interface AveragePrecision {
  /** Mean over categories and over IoU 0.50, 0.55 … 0.95. */
  readonly map: number;
  readonly map50: number;
  readonly map75: number;
  /** Mean over IoUs, for each category that has boxes. */
  readonly byCategory: ReadonlyMap<number, number>;
  /** At IoU 0.50. */
  readonly byCategory50: ReadonlyMap<number, number>;
}

/** Least and greatest area in square pixels, both included. */
type Areas = readonly [least: number, greatest: number];

/** COCO's sizes of objects. */
export const areas = { all: [0, 1e10], small: [0, 32 ** 2], medium: [32 ** 2, 96 ** 2], large: [96 ** 2, 1e10] } as const satisfies Record<string, Areas>;

const thresholds = Array.from({ length: 10 }, (_, index) => 0.5 + index * 0.05);
const recalls = Array.from({ length: 101 }, (_, index) => index * 0.01);
const mostPerImage = 100;

/** A detection, judged at one IoU. */
interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

/**
 * COCO's mean average precision of boxes, up to 100 a picture and category.
 *
 * Follows pycocotools' COCOeval step by step: greedy matching best first, crowds ignored, precision made monotone and read
 * at 101 recalls (cocodataset.org/#detection-eval).
 *
 * @param sizes objects of other sizes are neither right nor wrong, found or not
 */
export function averagePrecision(truth: readonly TruthBox[], found: readonly FoundBox[], sizes: Areas = areas.all): AveragePrecision {
  const byIou = new Map<number, number[]>();
  for (const category of new Set(truth.map((box) => box.category))) {
    const positives = truth.filter((box) => box.category === category && counts(box, sizes)).length;
    if (positives === 0) continue;
    const truths = groupByImage(truth.filter((box) => box.category === category));
    const founds = groupByImage(found.filter((box) => box.category === category));
    const images = [...founds.keys()].toSorted((a, b) => a - b);
    byIou.set(
      category,
      thresholds.map((iou) =>
        areaUnder(
          images.flatMap((image) => judge(truths.get(image) ?? [], founds.get(image)!, iou, sizes)),
          positives,
        ),
      ),
    );
  }
  const all = [...byIou.values()];
  const at = (index: number) => mean(all.map((values) => values[index]!));
  return {
    map: mean(all.map(mean)),
    map50: at(0),
    map75: at(5),
    byCategory: new Map([...byIou].map(([category, values]) => [category, mean(values)])),
    byCategory50: new Map([...byIou].map(([category, values]) => [category, values[0]!])),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function groupByImage<T extends { readonly image: number }>(boxes: readonly T[]): Map<number, T[]> {
  return Map.groupBy(boxes, ({ image }) => image);
}

/** Whether a box must be found. */
function counts({ crowd, area, bbox }: TruthBox, [least, greatest]: Areas): boolean {
  const size = area ?? areaOf(bbox);
  return !crowd && size >= least && size <= greatest;
}

/** Judges the detections of one category in one picture: each takes the free box that it overlaps most. */
function judge(truths: readonly TruthBox[], founds: readonly FoundBox[], threshold: number, sizes: Areas): Judged[] {
  const best = founds.toSorted((a, b) => b.confidence - a.confidence).slice(0, mostPerImage);
  const wanted = truths.filter((box) => counts(box, sizes));
  const others = truths.filter((box) => !counts(box, sizes));
  const taken = new Set<TruthBox>();
  return best.flatMap((one): Judged[] => {
    const match = bestMatch(one, wanted, taken, threshold);
    const isOther = !match && bestMatch(one, others, taken, threshold) !== undefined;
    const size = areaOf(one.bbox);
    if (isOther || (!match && (size < sizes[0] || size > sizes[1]))) return [];
    return [{ confidence: one.confidence, right: match !== undefined }];
  });
}

/** Takes the box that a detection overlaps most, if there is one; a crowd is never used up. */
function bestMatch(one: FoundBox, boxes: readonly TruthBox[], taken: Set<TruthBox>, threshold: number): TruthBox | undefined {
  let overlap = Math.min(threshold, 1 - 1e-10);
  let match: TruthBox | undefined;
  for (const box of boxes) {
    if (taken.has(box)) continue;
    // Of a crowd, how much of the detection lies in it.
    const value = box.crowd ? sharedArea(one.bbox, box.bbox) / areaOf(one.bbox) : overlapOf(one.bbox, box.bbox);
    // Of equals the last one, as pycocotools does it.
    if (value < overlap) continue;
    overlap = value;
    match = box;
  }
  if (match && !match.crowd) taken.add(match);
  return match;
}

/** Mean of the precision at 101 recalls, where precision at a recall is the best at it or beyond. */
function areaUnder(judged: readonly Judged[], positives: number): number {
  const ranked = judged.toSorted((a, b) => b.confidence - a.confidence);
  let right = 0;
  const curve = ranked.map((one, index) => {
    right += one.right ? 1 : 0;
    return { recall: right / positives, precision: right / (index + 1) };
  });
  let highest = 0;
  const precisions = curve
    .toReversed()
    .map(({ precision }) => (highest = Math.max(highest, precision)))
    .toReversed();
  let place = 0;
  return mean(
    recalls.map((recall) => {
      while (place < curve.length && curve[place]!.recall < recall) place += 1;
      return precisions[place] ?? 0;
    }),
  );
}
