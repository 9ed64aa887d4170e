import { overlapOf } from '@facet/math';

/** A box that one of several models found. */
export interface FoundBox {
  readonly class: number;
  readonly confidence: number;
  /** x1, y1, x2, y2 */
  readonly corners: readonly [number, number, number, number];
}

/** Boxes that show one object. */
interface Cluster {
  readonly class: number;
  count: number;
  /** Sums over its boxes: of confidences, and of corners times confidences. */
  confidence: number;
  readonly weighted: Float64Array;
  /** The mean of its boxes, followed by room for the box that it is held against. */
  readonly pair: Float64Array;
}

/** Boxes of a class that overlap by more than this are one object; what the authors found best. */
const sameObject = 0.55;

/**
 * Weighted boxes fusion: boxes of several models that show the same object become their mean, weighted by their confidences. An object's
 * confidence is the mean of its boxes', times the share of the models that saw it.
 *
 * Source: Solovyev, Wang, Gabruseva, 'Weighted boxes fusion: Ensembling boxes from different object detection models' (2021).
 *
 * @param models boxes by model; all models count alike
 * @returns best first
 */
export function fuseBoxes(models: readonly (readonly FoundBox[])[], overlap = sameObject): FoundBox[] {
  const byClass = Map.groupBy(
    models.flat().toSorted((a, b) => b.confidence - a.confidence),
    (box) => box.class,
  );
  return [...byClass.values()]
    .flatMap((boxes) => clustersOf(boxes, overlap))
    .map(({ class: name, count, confidence, pair }) => ({
      class: name,
      confidence: ((confidence / count) * Math.min(count, models.length)) / models.length,
      corners: [pair[0]!, pair[1]!, pair[2]!, pair[3]!] as const,
    }))
    .toSorted((a, b) => b.confidence - a.confidence);
}

/** @param boxes of one class, best first */
function clustersOf(boxes: readonly FoundBox[], overlap: number): Cluster[] {
  const clusters: Cluster[] = [];
  for (const box of boxes) {
    let [best, most]: [Cluster | undefined, number] = [undefined, overlap];
    for (const cluster of clusters) {
      cluster.pair.set(box.corners, 4);
      const shared = overlapOf(cluster.pair, cluster.pair, 0, 4);
      if (shared > most) [best, most] = [cluster, shared];
    }
    if (best) take(best, box);
    else clusters.push(take({ class: box.class, count: 0, confidence: 0, weighted: new Float64Array(4), pair: new Float64Array(8) }, box));
  }
  return clusters;
}

function take(cluster: Cluster, { confidence, corners }: FoundBox): Cluster {
  cluster.count += 1;
  cluster.confidence += confidence;
  for (const [side, value] of corners.entries()) {
    cluster.weighted[side]! += confidence * value;
    cluster.pair[side] = cluster.weighted[side]! / cluster.confidence;
  }
  return cluster;
}
