import { Problem, type ProblemFault } from '@facet/problem';

/** Points of a hand, in MediaPipe's order: the wrist first. */
const landmarkCount = 21;

export interface Landmarks {
  /** 42 finite numbers: x, y of each point; z carries nothing that tells gestures apart, so it is left out. */
  readonly points: Float64Array;
  /** Size of the frame, when coordinates are shares of it. */
  readonly image?: { readonly width: number; readonly height: number };
}

/** A hand that lacks points; each fault names one coordinate of a missing point. */
export class MissingLandmarks extends Problem {
  /** Points that lack a coordinate, 1 to 21. */
  readonly count: number;

  constructor(faults: readonly ProblemFault[]) {
    super('missing-landmarks', `${faults.length} of ${landmarkCount} landmarks are missing.`, { errors: faults });
    this.count = faults.length;
  }
}

type Axis = 0 | 1 | 2;

/** Where a client put the coordinates, and how to point at one in a fault. */
interface Layout {
  read(index: number, axis: Axis): unknown;
  pointer(index: number, axis: Axis): string;
}

const axes = ['x', 'y', 'z'] as const;

/**
 * Reads a hand in any of the shapes that clients send: `landmarks` as points, pairs, triples or one row of numbers; MediaPipe's
 * `multiHandLandmarks`; or a flat row `x1, y1, z1, ..., x21, y21, z21`.
 *
 * @param body any JSON value
 * @throws {MissingLandmarks} when points or coordinates are absent, null or not finite
 * @throws {Problem} `invalid-field` when there is something else in their place
 */
export function readLandmarks(body: unknown): Landmarks {
  if (!isRecord(body)) throw invalid('', 'expected an object with `landmarks`');
  const points = readPoints(layoutOf(body));
  const image = body['image'];
  return image === undefined || image === null ? { points } : { points, image: readImage(image) };
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

function layoutOf(body: Record<string, unknown>): Layout {
  const name = body['landmarks'] === undefined && body['multiHandLandmarks'] !== undefined ? 'multiHandLandmarks' : 'landmarks';
  const value = body[name];
  if (value === undefined && Object.keys(body).some((key) => /^[xy]\d+$/.test(key))) return rowLayout(body, '');
  if (value === undefined || value === null) return pointsLayout([], '/landmarks');
  if (isRecord(value)) return rowLayout(value, `/${name}`);
  if (!Array.isArray(value)) throw invalid(`/${name}`, `expected an array, found ${nameOf(value)}`);
  // MediaPipe gives an array of hands. A hand holds points, a point holds two or three numbers.
  const first: unknown = value[0];
  const isHands = Array.isArray(first) && (first.length > 3 || first.length === 0 || first.some((item) => typeof item === 'object' && item !== null));
  return isHands ? handLayout(first, `/${name}/0`) : handLayout(value, `/${name}`);
}

function handLayout(values: readonly unknown[], path: string): Layout {
  const isFlat =
    values.every((value) => typeof value !== 'object' || value === null) && (values.length > landmarkCount || values.some((value) => value !== null));
  return isFlat ? flatLayout(values, path) : pointsLayout(values, path);
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

/** Columns as in a table of landmarks, numbered from 1. */
function rowLayout(row: Record<string, unknown>, path: string): Layout {
  const key = (index: number, axis: Axis) => `${axes[axis]}${index + 1}`;
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

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid-field', `${pointer === '' ? 'The body' : pointer}: ${detail}.`, { errors: [{ pointer, detail }] });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
