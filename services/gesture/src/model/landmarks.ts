import type { ProblemFault } from '@facet/problem';
import { invalid, isRecord, landmarkCount, MissingLandmarks, nameOf } from './fields.ts';
import { findHands, type FoundHand } from './find-hands.ts';

export { MissingLandmarks } from './fields.ts';

export interface Landmarks {
  /** 42 finite numbers: x, y of each point; z carries nothing that tells gestures apart, so it is left out. */
  readonly points: Float64Array;
  /** Width by height of the frame that coordinates are normalised by, 1 where they are not; undefined where they are and the frame is not known. */
  readonly aspect: number | undefined;
  /** Size of the frame, where the client gave it. */
  readonly image?: { readonly width: number; readonly height: number } | undefined;
  /** `Left` or `Right`, as the client says it. */
  readonly handedness?: string | undefined;
}

type Axis = 0 | 1 | 2;

/** Where a client put the coordinates, and how to point at one in a fault. */
interface Layout {
  read(index: number, axis: Axis): unknown;
  pointer(index: number, axis: Axis): string;
}

const axes = ['x', 'y', 'z'] as const;

/**
 * Reads the hand of a request in any of the shapes that clients send, of several the one that the client is surest of: points, pairs, triples,
 * or one row of numbers, under `landmarks` or a name of MediaPipe's APIs; or a flat row `x1, y1, z1, ..., x21, y21, z21`.
 *
 * @param body any JSON value
 * @throws {MissingLandmarks} when points or coordinates are absent, null or not finite
 * @throws {Problem} `invalid-field` when there is something else in their place
 */
export function readLandmarks(body: unknown): Landmarks {
  return readEach(body, (hands) => hands.slice(0, 1))[0]!;
}

/** Hands of a request that are read, at most. */
const mostHands = 8;

/**
 * Reads every hand of a request, see {@link readLandmarks}; the one that the client is surest of comes first.
 *
 * @throws {Problem} as there, for any of them
 */
export function readHands(body: unknown): Landmarks[] {
  return readEach(body, (hands) => {
    if (hands.length > mostHands) throw invalid('', `expected up to ${mostHands} hands, found ${hands.length}`);
    return hands;
  });
}

function readEach(body: unknown, choose: (hands: FoundHand[]) => FoundHand[]): Landmarks[] {
  if (!isRecord(body)) throw invalid('', 'expected an object with `landmarks`');
  const hands = choose(findHands(body));
  const image = body['image'] === undefined || body['image'] === null ? undefined : readImage(body['image']);
  return hands.map(({ value, path, handedness }): Landmarks => {
    const points = readPoints(layoutOf(value, path));
    const aspect = isNormalised(points, image !== undefined) ? image && image.width / image.height : 1;
    return { points, aspect, image, handedness };
  });
}

/** Coordinates of a hand that is partly outside of its frame stay below this; those in pixels do not. */
const mostNormalised = 2;

/**
 * Whether coordinates are fractions of a frame. Without the size of one, most of the points must lie in it, and the wrist must not be where
 * they are measured from.
 */
function isNormalised(points: Float64Array, hasImage: boolean): boolean {
  let inside = 0;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (Math.abs(x) > mostNormalised || Math.abs(y) > mostNormalised) return false;
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) inside++;
  }
  return hasImage || (inside > landmarkCount / 2 && (points[0] !== 0 || points[1] !== 0));
}

function readPoints(layout: Layout): Float64Array {
  const points = new Float64Array(landmarkCount * 2);
  const missing: ProblemFault[] = [];
  for (let index = 0; index < landmarkCount; index++) {
    const fault = readCoordinate(layout, index, 0, points) ?? readCoordinate(layout, index, 1, points);
    if (fault) missing.push(fault);
    checkDepth(layout, index);
  }
  if (missing.length > 0) throw new MissingLandmarks(missing);
  return points;
}

function readCoordinate(layout: Layout, index: number, axis: Axis, into: Float64Array): ProblemFault | undefined {
  const value = layout.read(index, axis);
  if (value === undefined || value === null) return { pointer: layout.pointer(index, axis), detail: value === null ? 'is null' : 'is missing' };
  if (typeof value !== 'number') throw invalid(layout.pointer(index, axis), `expected a number, found ${nameOf(value)}`);
  if (!Number.isFinite(value)) return { pointer: layout.pointer(index, axis), detail: 'is not finite' };
  into[index * 2 + axis] = value;
  return undefined;
}

/** z is not used, so it may be absent or null; anything else than a number is no hand. */
function checkDepth(layout: Layout, index: number): void {
  const value = layout.read(index, 2);
  if (value !== undefined && value !== null && typeof value !== 'number') throw invalid(layout.pointer(index, 2), `expected a number, found ${nameOf(value)}`);
}

function layoutOf(value: unknown, path: string): Layout {
  if (value === null) return pointsLayout([], path);
  if (isRecord(value)) return rowLayout(value, path);
  if (!Array.isArray(value)) throw invalid(path, `expected an array, found ${nameOf(value)}`);
  const isFlat = value.every((each) => typeof each !== 'object' || each === null) && (value.length > landmarkCount || value.some((each) => each !== null));
  if (isFlat) return flatLayout(value, path);
  return isNumbered(value) ? numberedLayout(value, path) : pointsLayout(value, path);
}

/** 63 numbers, or 42 without z. */
function flatLayout(values: readonly unknown[], path: string): Layout {
  const stride = values.length / landmarkCount;
  if (stride !== 2 && stride !== 3) throw invalid(path, `expected 63 or 42 numbers, or ${landmarkCount} points, found ${values.length} values`);
  return { read: (index, axis) => (axis < stride ? values[index * stride + axis] : undefined), pointer: (index, axis) => `${path}/${index * stride + axis}` };
}

/** Objects with x and y, or arrays that begin with them. */
function pointsLayout(values: readonly unknown[], path: string): Layout {
  if (values.length > landmarkCount) throw invalid(path, `expected ${landmarkCount} points, found ${values.length}`);
  return {
    read(index, axis) {
      const point = values[index];
      if (isRecord(point)) return point[axes[axis]];
      if (!Array.isArray(point) && point !== undefined && point !== null) throw invalid(`${path}/${index}`, `expected a point, found ${nameOf(point)}`);
      if (point && point.length > 3) throw invalid(`${path}/${index}`, `expected x, y and perhaps z, found ${point.length} values`);
      return point ? (point as unknown[])[axis] : point;
    },
    pointer(index, axis) {
      const point = values[index];
      return `${path}/${index}${isRecord(point) ? `/${axes[axis]}` : Array.isArray(point) ? `/${axis}` : ''}`;
    },
  };
}

/** Whether each point is a triple that begins with its own number, as older versions of cvzone give them. */
function isNumbered(values: readonly unknown[]): values is readonly (readonly unknown[])[] {
  return values.length === landmarkCount && values.every((point, index) => Array.isArray(point) && point.length === 3 && point[0] === index);
}

function numberedLayout(values: readonly (readonly unknown[])[], path: string): Layout {
  return { read: (index, axis) => values[index]![axis + 1], pointer: (index, axis) => `${path}/${index}/${axis + 1}` };
}

/** Columns as in a table of landmarks, numbered from 1, or from 0 where there is one of that number. */
function rowLayout(row: Record<string, unknown>, path: string): Layout {
  const first = row['x0'] === undefined && row['y0'] === undefined ? 1 : 0;
  if (first === 0 && (row[`x${landmarkCount}`] !== undefined || row[`y${landmarkCount}`] !== undefined))
    throw invalid(path, `expected columns from x0 to x${landmarkCount - 1}, or from x1 to x${landmarkCount}, found both x0 and x${landmarkCount}`);
  const key = (index: number, axis: Axis) => `${axes[axis]}${index + first}`;
  return { read: (index, axis) => row[key(index, axis)], pointer: (index, axis) => `${path}/${key(index, axis)}` };
}

function readImage(image: unknown): { width: number; height: number } {
  if (!isRecord(image)) throw invalid('/image', 'expected an object with `width` and `height`');
  const [width, height] = ['width', 'height'].map((side) => {
    const value = image[side];
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw invalid(`/image/${side}`, 'expected a number above 0');
    return value;
  }) as [number, number];
  return { width, height };
}
