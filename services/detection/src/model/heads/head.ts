import type { Tensor } from '@facet/inference';
import type { Candidate, Candidates } from './candidates.ts';

export interface Wanted {
  /** Number of classes. */
  readonly classes: number;
  /** Let a place count for every class above the threshold instead of its best alone. */
  readonly multiLabel: boolean;
}

/** Reads one layout of raw outputs. */
export interface Head {
  /** The shapes that it reads, in words. */
  expected(classes: number): string;
  /** Whether outputs of these shapes, in the manifest's order, can be read so; -1 fits any size. */
  fits(shapes: readonly (readonly number[])[], classes: number): boolean;
  /**
   * Finds the candidates in the outputs of one picture.
   *
   * @param outputs in the manifest's order
   * @param into where to put them; it says which confidence is wanted
   */
  read(outputs: readonly Tensor[], wanted: Wanted, into: Candidates): void;
  /** True when the graph has already kept one box an object. */
  readonly suppressed: boolean;
}

export type BoxFormat = 'cxcywh' | 'xyxy';

export function toCorners(a: number, b: number, c: number, d: number, format: BoxFormat): Candidate['corners'] {
  return format === 'xyxy' ? [a, b, c, d] : [a - c / 2, b - d / 2, a + c / 2, b + d / 2];
}

/** Compares a shape with the one expected, leaving the batch out; undefined fits any size. */
export function hasShape(shape: readonly number[] | undefined, ...expected: readonly (number | undefined)[]): boolean {
  return shape?.length === expected.length + 1 && expected.every((size, index) => size === undefined || shape[index + 1] === -1 || shape[index + 1] === size);
}
